// The page of a signed-in user: puts the parts together and says what each click does.

import { text } from "../text.js";
import { Api } from "./api.js";
import { offlineBanner, sessionBanner } from "./banners.js";
import { problemWith } from "./checks.js";
import { nameOf, saveFile } from "./save.js";
import { copy } from "./copy.js";
import { showDetails } from "./details.js";
import { confirmed } from "./dialog.js";
import { element } from "./dom.js";
import { dropOverlay, dropZone } from "./drop-zone.js";
import { Entry } from "./entry.js";
import { ServiceError, SessionEnded } from "./errors.js";
import { Gallery } from "./gallery.js";
import { gatherFiles } from "./gather.js";
import { mark } from "./landing.js";
import { openLightbox } from "./lightbox.js";
import { addNotices, announce, toast } from "./notify.js";
import { Outbox } from "./outbox.js";
import { UploadQueue } from "./queue.js";
import { Strip } from "./strip.js";
import { Watcher } from "./watcher.js";

/** Show the user's images, and go on with what an earlier visit left unfinished. */
export async function showHome(page, config, session) {
  await new Home(page, config, session).start();
}

class Home {
  #page;
  #limits;
  #session;
  #api;
  #outbox;
  #batch = []; // the entries since everything was last at rest: what the strip counts
  #banners = element("div", { className: "banners" });
  #queue;
  #gallery;
  #watcher;
  #strip;

  constructor(page, config, session) {
    this.#page = page;
    this.#limits = config.limits;
    this.#session = session;
    this.#api = new Api(session);
    this.#outbox = new Outbox(session.user.id);
    this.#queue = new UploadQueue(this.#api, (entry) => this.#onUpload(entry));
    this.#gallery = new Gallery(this.#api, this.#actions());
    this.#watcher = new Watcher(this.#api, this.#gallery, () => this.#onNews(), (error) => this.#onError(error));
    this.#strip = new Strip(() => this.#retryAll());
  }

  async start() {
    const overlay = dropOverlay();
    this.#banners.append(offlineBanner());
    this.#page.replaceChildren(
      element("a", { className: "skip", href: "#images" }, text.skip),
      this.#header(),
      this.#banners,
      element(
        "main",
        {},
        element("h1", {}, text.gallery.title),
        dropZone(this.#limits, (files) => this.#add(files)),
        this.#strip.root,
        this.#gallery.root,
      ),
      overlay,
    );
    addNotices(this.#page);
    gatherFiles(overlay, (files) => this.#add(files));
    addEventListener("beforeunload", (event) => this.#beforeLeaving(event));
    const restored = this.#restore();
    await this.#guard(() => this.#gallery.load());
    await restored;
    this.#watcher.wake();
  }

  #header() {
    const out = element("button", { className: "button small", type: "button" }, text.header.signOut);
    out.addEventListener("click", () => this.#signOut());
    return element(
      "header",
      {},
      element("div", { className: "brand" }, mark(), text.title),
      element("div", { className: "who" }, element("span", { className: "quiet" }, this.#session.user.name), out),
    );
  }

  /** What the buttons of cards and dialogs do. */
  #actions() {
    return {
      guard: (act) => this.#guard(act),
      open: (entry) => this.#guard(() => this.#open(entry)),
      details: (entry) => showDetails(entry, this.#detailsActions()),
      copyLink: (entry) => copy(linkOf(entry), text.copied.link),
      cancel: (entry) => this.#cancel(entry),
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

  async #add(files) {
    const entries = files.map(Entry.ofFile);
    this.#startBatch(entries);
    this.#gallery.add(entries);
    announce(text.announce.added(entries.length));
    for (const entry of entries) await this.#check(entry);
  }

  async #check(entry) {
    const problem = await problemWith(entry.file, this.#limits).catch(() => text.errors.unreadable);
    if (entry.stage === "cancelled") return;
    if (problem) {
      Object.assign(entry, { stage: "refused", problem });
      announce(text.announce.refused(entry.name, problem));
      this.#onChange(entry);
    } else {
      this.#outbox.keep(entry);
      this.#queue.add(entry);
    }
  }

  /** Go on with the files of an earlier visit. One that has an id may have reached the service already. */
  async #restore() {
    for (const kept of await this.#outbox.restore()) {
      const entry = Entry.ofKept(kept);
      const arrived = entry.id && (await this.#api.image(entry.id).then(() => true, () => false));
      if (arrived) this.#outbox.forget(entry);
      else {
        entry.id = "";
        this.#startBatch([entry]);
        this.#gallery.add([entry]);
        this.#queue.add(entry);
      }
    }
  }

  #startBatch(entries) {
    if (this.#batch.every((entry) => entry.isSettled && entry.kind !== "unsent")) this.#batch = [];
    for (const entry of entries) entry.stage ||= "queued";
    this.#batch.push(...entries);
  }

  #onUpload(entry) {
    if (entry.form && entry.stage === "uploading" && !entry.progress) this.#outbox.identify(entry);
    if (entry.stage === "sent") {
      this.#outbox.forget(entry);
      const { id, name, file } = entry;
      entry.image = { id, name, status: "WAITING", bytes: file.size, renditions: {} };
      this.#watcher.wake();
    }
    if (entry.sessionEnded) this.#onError(new SessionEnded());
    this.#onChange(entry);
  }

  #onChange(entry) {
    this.#gallery.update(entry);
    this.#onNews();
  }

  #onNews() {
    this.#showProgress();
    if (!this.#batch.length || this.#batch.some((entry) => !entry.isSettled)) return;
    const ready = this.#batch.filter((entry) => entry.kind === "completed").length;
    announce(text.announce.finished(ready, this.#batch.length - ready));
  }

  #showProgress() {
    this.#strip.show(() => this.#batch);
  }

  #cancel(entry) {
    this.#queue.cancel(entry);
    this.#forget(entry);
  }

  #retry(entry) {
    Object.assign(entry, { image: null, id: "", form: null });
    this.#startBatch(this.#batch.includes(entry) ? [] : [entry]);
    this.#outbox.keep(entry);
    this.#queue.add(entry);
  }

  #retryAll() {
    for (const entry of this.#batch.filter((one) => one.kind === "unsent")) this.#retry(entry);
  }

  /** Take away a card with a problem; if the service has the file, it is deleted there too. */
  #remove(entry) {
    if (entry.image) this.#guard(() => this.#deleteNow(entry));
    else this.#forget(entry);
  }

  #forget(entry) {
    this.#outbox.forget(entry);
    this.#batch = this.#batch.filter((other) => other !== entry);
    this.#gallery.remove(entry);
    this.#showProgress();
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
    this.#forget(entry);
    toast(text.deletion.done(entry.name));
  }

  async #open(entry) {
    const completed = this.#gallery.entries.filter((one) => one.kind === "completed");
    await openLightbox(completed, entry, this.#actions(), (last) => this.#gallery.focus(last));
  }

  async #signOut() {
    const { unfinished } = this.#queue;
    if (unfinished && !(await confirmed(text.leaving, text.leaving.title, text.leaving.lead(unfinished)))) return;
    this.#queue.stop();
    this.#batch = [];
    await this.#outbox.clear();
    await this.#session.signOut();
  }

  async #signInAgain() {
    await this.#outbox.settled();
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
      this.#queue.stop();
      if (!this.#banners.querySelector("[role=alert]")) {
        this.#banners.append(sessionBanner(() => this.#signInAgain()));
      }
    } else if (error instanceof ServiceError) toast(error.message);
    else throw error;
  }

  /** Ask before leaving only if that would lose something: files that are not sent and not kept either. */
  #beforeLeaving(event) {
    const endangered = this.#batch.some(
      (entry) => ["queued", "uploading", "unsent"].includes(entry.kind) && !this.#outbox.holds(entry),
    );
    if (endangered) event.preventDefault();
  }
}

/** The link that people share: the large rendition. */
const linkOf = ({ image }) => (image.renditions.large ?? Object.values(image.renditions)[0]).url;
