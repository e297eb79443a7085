// The grid of cards, newest first, and its other faces: loading, empty, and an error.

import { text } from "../text.js";
import { Card } from "./card.js";
import { element, setText } from "./dom.js";
import { Entry } from "./entry.js";

const PAGE = 48; // images: full rows with 2, 3, 4 and 6 columns

export class Gallery {
  #api;
  #actions;
  #cards = new Map(); // entry → card, newest first
  #byId = new Map();
  #deleted = new Set(); // ids that the service may still list for a moment
  #next = null;
  #loading = null;
  #list = element("ul", { className: "cards", role: "list", id: "images", tabIndex: -1 });
  #more = element("button", { className: "button more", type: "button", hidden: true }, text.gallery.more);
  #state = element("div", { className: "gallery-state" });

  constructor(api, actions) {
    this.#api = api;
    this.#actions = actions;
    this.#list.setAttribute("aria-label", text.gallery.title);
    this.#more.addEventListener("click", () => this.#actions.guard(() => this.loadMore()));
    this.root = element("section", { className: "gallery" }, this.#state, this.#list, this.#more);
    new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#more.click(), {
      rootMargin: "600px",
    }).observe(this.#more);
  }

  get entries() {
    return [...this.#cards.keys()];
  }

  /** How many of the newest images must be asked for to see every pending one. */
  get depthOfPending() {
    const known = this.entries.filter((entry) => entry.image);
    return known.findLastIndex((entry) => entry.isPending) + 1;
  }

  async load() {
    this.#showState(element("p", { className: "quiet", role: "status" }, text.gallery.loading));
    try {
      await this.loadMore();
    } catch (error) {
      this.#showFailure(error.message);
      throw error;
    }
    this.#showFace();
  }

  /** Show the next page. Calls while it is on its way wait for the same one. */
  loadMore() {
    this.#loading ??= this.#loadPage().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Put entries at the top, in their order. */
  add(entries) {
    for (const entry of entries) this.#cards.set(entry, new Card(entry, this.#actions));
    this.#cards = new Map([...entries.map((entry) => [entry, this.#cards.get(entry)]), ...this.#cards]);
    this.#list.prepend(...entries.map((entry) => this.#cards.get(entry).root));
    this.#showFace();
  }

  update(entry) {
    if (entry.id) this.#byId.set(entry.id, entry);
    this.#cards.get(entry)?.update();
  }

  /** Take over what the service says about an image. Returns whether that is news. */
  take(image) {
    if (this.#deleted.has(image.id)) return false;
    const entry = this.#byId.get(image.id);
    if (!entry) return this.#takeNew(image);
    if (entry.stage === "uploading" && !entry.image) return false; // listed before S3's answer has reached the page
    const before = entry.kind;
    entry.image = image;
    if (entry.kind === "deleted") this.remove(entry);
    else this.update(entry);
    return entry.kind !== before;
  }

  /** What the service says about this image from now on is not about this entry. */
  disown(entry) {
    this.#byId.delete(entry.id);
    this.#deleted.add(entry.id);
  }

  /** Take an entry off the page. The focus goes to its neighbour, as the place where it was is gone. */
  remove(entry) {
    const card = this.#cards.get(entry);
    if (!card) return;
    const neighbour = card.root.nextElementSibling ?? card.root.previousElementSibling;
    const hadFocus = card.root.contains(document.activeElement) || document.activeElement === document.body;
    this.#cards.delete(entry);
    if (entry.id) this.disown(entry);
    card.root.remove();
    this.#showFace();
    if (!hadFocus) return;
    const next = [...this.#cards.values()].find((other) => other.root === neighbour);
    if (next) next.focus();
    else this.#list.focus();
  }

  setBusy(entry, busy) {
    const card = this.#cards.get(entry);
    if (card) card.busy = busy;
  }

  focus(entry) {
    this.#cards.get(entry)?.focus();
  }

  async #loadPage() {
    const page = await this.#api.images({ limit: PAGE, after: this.#next ?? "" });
    for (const image of page.images) if (!this.#byId.has(image.id)) this.#append(image);
    this.#next = page.next;
    this.#more.hidden = !page.next;
  }

  #append(image) {
    const entry = Entry.ofImage(image);
    if (entry.kind === "deleted") return;
    this.#byId.set(image.id, entry);
    this.#cards.set(entry, new Card(entry, this.#actions));
    this.#list.append(this.#cards.get(entry).root);
  }

  #takeNew(image) {
    const entry = Entry.ofImage(image);
    if (entry.kind === "deleted") return false;
    this.#byId.set(image.id, entry);
    this.add([entry]);
    return true;
  }

  #showFace() {
    this.#showState();
    this.root.classList.toggle("empty", this.#cards.size === 0 && this.#more.hidden); // the drop zone says the rest
  }

  #showFailure(reason) {
    const retry = element("button", { className: "button", type: "button" }, text.gallery.retry);
    retry.addEventListener("click", () => this.#actions.guard(() => this.load()));
    const title = element("h2", {});
    this.#showState(title, element("p", { className: "quiet" }, reason), retry);
    title.setAttribute("role", "alert");
    setText(title, text.gallery.failedTitle);
  }

  #showState(...children) {
    this.#state.replaceChildren(...children);
  }
}
