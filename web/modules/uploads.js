// Files from the moment they are chosen until the service has them: checked, kept against a reload, sent.
//
// A batch is what was added since everything was last at rest. The line about all uploads counts it.

import { text } from "../text.js";
import { SessionEnded } from "./api.js";
import { problemWith } from "./checks.js";
import { Entry } from "./entry.js";
import { announce } from "./notify.js";
import { Outbox } from "./outbox.js";
import { UploadQueue } from "./queue.js";

export class Uploads {
  #api;
  #limits;
  #gallery;
  #events;
  #outbox;
  #queue;
  #batch = [];

  /** `events` are functions: onChange of anything, onSent of a file, onError for what concerns more than one. */
  constructor(api, limits, owner, gallery, events) {
    this.#api = api;
    this.#limits = limits;
    this.#gallery = gallery;
    this.#events = events;
    this.#outbox = new Outbox(owner);
    this.#queue = new UploadQueue(api, (entry) => this.#onUpload(entry));
    addEventListener("beforeunload", (event) => this.#isEndangered() && event.preventDefault());
  }

  get batch() {
    return this.#batch;
  }

  get unfinished() {
    return this.#queue.unfinished;
  }

  async add(files, preset) {
    const entries = files.map((file) => Entry.ofFile(file, preset));
    this.#startBatch(entries);
    this.#gallery.add(entries);
    announce(text.announce.added(entries.length));
    for (const entry of entries) await this.#check(entry);
  }

  /** Go on with the files of an earlier visit. One that has an id may have reached the service already. */
  async restore() {
    const left = await this.#outbox.restore();
    const newest = left.some(({ id }) => id) ? (await this.#api.images({ limit: 100 })).images : [];
    for (const entry of left.map(Entry.ofKept)) {
      if (newest.some((image) => image.id === entry.id)) this.#outbox.forget(entry);
      else {
        entry.id = "";
        this.#startBatch([entry]);
        this.#gallery.add([entry]);
        this.#queue.add(entry);
      }
    }
  }

  cancel(entry) {
    this.#queue.cancel(entry);
    this.forget(entry);
  }

  /** Send a file again, as a new image. */
  retry(entry) {
    Object.assign(entry, { image: null, id: "", form: null });
    if (!this.#batch.includes(entry)) this.#startBatch([entry]);
    this.#outbox.keep(entry);
    this.#queue.add(entry);
  }

  retryAll() {
    for (const entry of this.#batch.filter((one) => one.kind === "unsent")) this.retry(entry);
  }

  forget(entry) {
    this.#outbox.forget(entry);
    this.#batch = this.#batch.filter((other) => other !== entry);
    this.#gallery.remove(entry);
    this.#events.onChange();
  }

  /** Start nothing more. What waits is kept for the next sign-in. */
  stop() {
    this.#queue.stop();
  }

  /** Stop, and remove what waits from this computer. */
  async abandon() {
    this.stop();
    this.#batch = [];
    await this.#outbox.clear();
  }

  settled = () => this.#outbox.settled();

  async #check(entry) {
    const problem = await problemWith(entry.file, this.#limits).catch(() => text.errors.unreadable);
    if (entry.stage === "cancelled") return;
    if (problem) {
      Object.assign(entry, { stage: "refused", problem });
      announce(text.announce.refused(entry.name, problem));
      this.#show(entry);
    } else {
      this.#outbox.keep(entry);
      this.#queue.add(entry);
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
      this.#events.onSent();
    }
    if (entry.sessionEnded) this.#events.onError(new SessionEnded());
    this.#show(entry);
  }

  #show(entry) {
    this.#gallery.update(entry);
    this.#events.onChange();
  }

  /** Whether leaving the page now would lose something: files that are neither sent nor kept. */
  #isEndangered() {
    const atStake = ["queued", "uploading", "unsent"];
    return this.#batch.some((entry) => atStake.includes(entry.kind) && !this.#outbox.holds(entry));
  }
}
