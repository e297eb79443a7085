// Asks what happens to uploaded images: soon after a change, then ever more rarely, and not when nothing is pending,
// nobody looks, or there is no network. One request covers up to a hundred images.

import { ServiceError } from "./api.js";
import { online, pause, sleep } from "./backoff.js";

const PACE = { first: 400, most: 15_000, growth: 1.4 }; // milliseconds, and by how much each is longer
const PER_IMAGE = 10; // milliseconds longer for each pending image
const PAGE = 100; // images per request, the most that the service gives
const AT_RETURN = 12; // images that are looked at when the user comes back to the page: another device may have added some
const SINGLE = 4; // images per round that no page showed and that are asked for by themselves

export class Watcher {
  #api;
  #gallery;
  #onNews;
  #onError;
  #attempt = 0;
  #looking = false;

  /** `onNews` is called after changes; `onError` gets what cannot be waited for, such as the end of the session. */
  constructor(api, gallery, onNews, onError) {
    this.#api = api;
    this.#gallery = gallery;
    this.#onNews = onNews;
    this.#onError = onError;
    document.addEventListener("visibilitychange", () => document.hidden || this.#lookOnce());
  }

  /** Something was sent or changed: look soon. */
  wake() {
    this.#attempt = 0;
    if (!this.#looking) this.#run();
  }

  async #run() {
    this.#looking = true;
    try {
      while (this.#gallery.depthOfPending > 0) {
        await sleep(pause(this.#attempt++, PACE) + PER_IMAGE * this.#pending.length);
        await Promise.all([online(), visible()]);
        if (await this.#look(this.#gallery.depthOfPending)) this.#attempt = 0;
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#looking = false;
    }
  }

  get #pending() {
    return this.#gallery.entries.filter((entry) => entry.isPending);
  }

  async #lookOnce() {
    await this.#look(AT_RETURN).catch(this.#onError);
    this.wake();
  }

  /** Ask for the newest `depth` images. Returns whether anything changed; a passing fault is no change. */
  async #look(depth) {
    try {
      const unseen = new Set(this.#pending.map((entry) => entry.id));
      const changed = await this.#lookAtPages(depth, unseen);
      const found = await this.#lookAtSingle([...unseen].slice(0, SINGLE));
      if (changed || found) this.#onNews();
      return changed || found;
    } catch (error) {
      if (error instanceof ServiceError && error.mayPass) return false;
      throw error;
    }
  }

  async #lookAtPages(depth, unseen) {
    let [changed, after] = [false, ""];
    for (let left = depth; left > 0; left -= PAGE) {
      const page = await this.#api.images({ after, limit: Math.min(PAGE, left) });
      for (const image of page.images) {
        unseen.delete(image.id);
        changed = this.#gallery.take(image) || changed;
      }
      if (!page.next) break;
      after = page.next;
    }
    return changed;
  }

  /** A pending image that no page shows was deleted elsewhere, or newer ones have pushed it further down. */
  async #lookAtSingle(ids) {
    let changed = false;
    for (const id of ids) {
      const image = await this.#api.image(id).catch((error) => {
        if (error.status === 404) return { id, status: "DELETED" };
        throw error;
      });
      changed = this.#gallery.take(image) || changed;
    }
    return changed;
  }
}

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", () => resolve(), { once: true }));
}
