// The page of a signed-in user: puts the parts together and says what each click does.

import { text } from "../text.js";
import { dropOverlay, dropZone, gatherFiles, presetChoice } from "./adding.js";
import { Api, ServiceError, SessionEnded } from "./api.js";
import { toShare } from "./chosen.js";
import { confirmed, showDetails } from "./dialogs.js";
import { element } from "./dom.js";
import { Gallery } from "./gallery.js";
import { mark } from "./landing.js";
import { openLightbox } from "./lightbox.js";
import { addNotices, announce, toast } from "./notify.js";
import { copy, nameOf, saveFile } from "./sharing.js";
import { offlineBanner, sessionBanner, Strip } from "./status.js";
import { Uploads } from "./uploads.js";
import { Watcher } from "./watcher.js";

/** Show the user's images, and go on with what an earlier visit left unfinished. */
export async function showHome(page, config, session) {
  await new Home(page, config, session).start();
}

class Home {
  #page;
  #limits;
  #presets;
  #preset = "";
  #session;
  #api;
  #gallery;
  #uploads;
  #watcher;
  #banners = element("div", { className: "banners" });
  #strip = new Strip(() => this.#uploads.retryAll());

  constructor(page, config, session) {
    this.#page = page;
    this.#limits = config.limits;
    this.#presets = config.presets;
    this.#session = session;
    this.#api = new Api(session);
    this.#gallery = new Gallery(this.#api, this.#actions());
    const [onChange, onError] = [() => this.#onChange(), (error) => this.#onError(error)];
    this.#watcher = new Watcher(this.#api, this.#gallery, onChange, onError);
    const events = { onChange, onError, onSent: () => this.#watcher.wake() };
    this.#uploads = new Uploads(this.#api, this.#limits, session.user.id, this.#gallery, events);
  }

  async start() {
    const onFiles = (files) => this.#uploads.add(files, this.#preset);
    const choice = presetChoice(this.#presets, (preset) => (this.#preset = preset));
    this.#banners.append(offlineBanner());
    this.#page.replaceChildren(
      element("a", { className: "skip", href: "#images" }, text.skip),
      this.#header(),
      this.#banners,
      element(
        "main",
        {},
        element("h1", {}, text.gallery.title),
        dropZone(this.#limits, choice, onFiles),
        this.#strip.root,
        this.#gallery.root,
      ),
      dropOverlay(),
    );
    addNotices(this.#page);
    gatherFiles(onFiles);
    await Promise.all([this.#guard(() => this.#gallery.load()), this.#guard(() => this.#uploads.restore())]);
    this.#watcher.wake();
  }

  #header() {
    const out = element("button", { className: "button small", type: "button" }, text.header.signOut);
    out.addEventListener("click", () => this.#signOut());
    const { name } = this.#session.user;
    return element(
      "header",
      {},
      element("div", { className: "brand" }, mark(), text.title),
      element("div", { className: "who" }, element("span", { className: "quiet", title: name }, name), out),
    );
  }

  /** What the buttons of cards and of the lightbox do. */
  #actions() {
    return {
      guard: (act) => this.#guard(act),
      open: (entry) => this.#guard(() => this.#open(entry)),
      details: (entry) => showDetails(entry, this.#detailsActions()),
      copyLink: (entry) => copy(linkOf(entry), text.copied.link),
      cancel: (entry) => this.#uploads.cancel(entry),
      retry: (entry) => this.#retry(entry),
      remove: (entry) => this.#remove(entry),
    };
  }

  #detailsActions() {
    return {
      delete: (entry) => this.#delete(entry),
      downloadRendition: (entry, file) => this.#guard(() => saveFile(file.url, nameOf(entry, file))),
      download: (entry) => this.#guard(async () => location.assign((await this.#api.original(entry.id)).url)),
    };
  }

  async #open(entry) {
    const completed = this.#gallery.entries.filter((one) => one.kind === "completed");
    await openLightbox(completed, entry, this.#actions(), (last) => this.#gallery.focus(last));
  }

  /** Send a file again. An image that failed is replaced, so that it does not come back with the next visit. */
  #retry(entry) {
    const { id, image } = entry;
    if (image) {
      this.#gallery.disown(entry);
      this.#guard(() => this.#api.delete(id));
    }
    this.#uploads.retry(entry);
  }

  /** Take away a card with a problem; if the service has the file, it is deleted there too. */
  #remove(entry) {
    if (entry.image) this.#guard(() => this.#deleteNow(entry));
    else this.#uploads.forget(entry);
  }

  async #delete(entry) {
    const title = text.deletion.title(entry.name);
    if (await confirmed(text.deletion, title)) await this.#guard(() => this.#deleteNow(entry));
    else this.#gallery.focus(entry);
  }

  async #deleteNow(entry) {
    this.#gallery.setBusy(entry, true);
    try {
      await this.#api.delete(entry.id);
    } catch (error) {
      this.#gallery.setBusy(entry, false);
      if (error instanceof ServiceError) error.message = `${text.deletion.failed(entry.name)} ${error.message}`;
      throw error;
    }
    this.#uploads.forget(entry);
    toast(text.deletion.done(entry.name));
  }

  #onChange() {
    const { batch } = this.#uploads;
    this.#strip.show(() => this.#uploads.batch);
    if (!batch.length || batch.some((entry) => !entry.isSettled)) return;
    const ready = batch.filter((entry) => entry.kind === "completed").length;
    announce(text.announce.finished(ready, batch.length - ready));
  }

  async #signOut() {
    const { unfinished } = this.#uploads;
    if (unfinished && !(await confirmed(text.leaving, text.leaving.title, text.leaving.lead(unfinished)))) return;
    await this.#uploads.abandon();
    this.#page.replaceChildren(); // nobody sees the images by going back
    await this.#session.signOut();
  }

  async #signInAgain() {
    await this.#uploads.settled();
    await this.#session.signIn();
  }

  /** Run what may fail and say why it did. */
  async #guard(act) {
    try {
      return await act();
    } catch (error) {
      return this.#onError(error);
    }
  }

  #onError(error) {
    if (error instanceof SessionEnded) {
      this.#uploads.stop();
      if (!this.#banners.querySelector("[role=alert]")) {
        this.#banners.append(sessionBanner(() => this.#signInAgain()));
      }
    } else if (error instanceof ServiceError) toast(error.message);
    else throw error;
  }
}

const linkOf = ({ image }) => toShare(image).url;
