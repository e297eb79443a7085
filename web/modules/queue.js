// The uploads that wait and run: eight at a time, each with its tries. The queue knows no page; it reports by `onChange`.
// It keeps in each upload its stage (queued, uploading, sent, unsent, cancelled), the progress from 0 to 1, the problem
// as a sentence, and the signed form while it lasts: a second try overwrites the same object and makes no second image.

import { text } from "../text.js";
import { ServiceError, SessionEnded } from "./api.js";
import { online, pause, sleep } from "./backoff.js";

const PARALLEL = 8;
const TRIES = 6;
const EXPIRES_SOON = 30_000; // milliseconds: no upload starts with a form that is about to end

export class UploadQueue {
  #api;
  #onChange;
  #waiting = [];
  #running = new Map(); // upload → its AbortController
  #stopped = false;

  constructor(api, onChange) {
    this.#api = api;
    this.#onChange = onChange;
  }

  /** How many are not at their end yet. */
  get unfinished() {
    return this.#waiting.length + this.#running.size;
  }

  add(upload) {
    this.#become(upload, "queued", { progress: 0, problem: "", retrying: false });
    this.#waiting.push(upload);
    this.#fill();
  }

  cancel(upload) {
    this.#waiting = this.#waiting.filter((other) => other !== upload);
    this.#running.get(upload)?.abort();
    this.#become(upload, "cancelled");
  }

  /** Start nothing more: the session has ended, and what waits is kept for the next one. */
  stop() {
    this.#stopped = true;
  }

  #fill() {
    while (!this.#stopped && this.#running.size < PARALLEL && this.#waiting.length) this.#start(this.#waiting.shift());
  }

  async #start(upload) {
    const controller = new AbortController();
    this.#running.set(upload, controller);
    try {
      await this.#tryRepeatedly(upload, controller.signal);
      this.#become(upload, "sent", { progress: 1, retrying: false, form: null });
    } catch (error) {
      this.#fail(upload, error);
    } finally {
      this.#running.delete(upload);
      this.#fill();
    }
  }

  async #tryRepeatedly(upload, signal) {
    for (let attempt = 0; ; attempt++) {
      await online();
      try {
        return await this.#tryOnce(upload, signal);
      } catch (error) {
        // Offline, a try costs nothing: an event says when to go on.
        if (!navigator.onLine && error instanceof ServiceError && error.status === 0) attempt--;
        else if (!mayPass(error) || attempt + 1 >= TRIES) throw error;
        this.#become(upload, "uploading", { progress: 0, retrying: true });
        await sleep(pause(Math.max(attempt, 0)));
        signal.throwIfAborted();
      }
    }
  }

  async #tryOnce(upload, signal) {
    this.#become(upload, "uploading", { progress: 0 });
    if (!upload.form || Date.parse(upload.form.expires_at) - Date.now() < EXPIRES_SOON) {
      const { name, file, preset } = upload;
      const checksum_sha256 = await digestOf(file);
      upload.form = await this.#api.startUpload({ name, size: file.size, type: file.type, checksum_sha256, preset });
      signal.throwIfAborted();
      this.#become(upload, "uploading", { id: upload.form.id, progress: 0 });
    }
    const report = (progress) => this.#become(upload, "uploading", { progress, retrying: false });
    try {
      await send(upload.form, upload.file, report, signal);
    } catch (error) {
      if (error.status === 403) upload.form = null; // expired on its way: the next try asks for another
      throw error;
    }
  }

  #fail(upload, error) {
    if (upload.stage === "cancelled" || error.name === "AbortError") return;
    if (error instanceof SessionEnded) {
      this.stop();
      this.#waiting.unshift(upload);
      this.#become(upload, "queued", { progress: 0, retrying: false, sessionEnded: true });
      return;
    }
    const problem = error instanceof ServiceError ? error.message : text.errors.unreadable;
    this.#become(upload, "unsent", { problem, retrying: false });
  }

  #become(upload, stage, more = {}) {
    Object.assign(upload, more, { stage });
    this.#onChange(upload);
  }
}

/** Whether another try may do. S3 answers 403 to an expired form, and 400 to a body that was cut off on its way. */
const mayPass = (error) => error instanceof ServiceError && (error.mayPass || error.code === "RequestTimeout" || expired(error));
const expired = (error) => error.status === 403 && error.code === "AccessDenied";

const STALLED = 60_000; // milliseconds without a byte sent: the connection is dead, although nobody said so

/**
 * Post `file` with the signed form {url, fields}. `onProgress` gets the share that was sent, 0 to 1.
 * Throws ServiceError; or AbortError if `signal` says so.
 */
export function send(form, file, onProgress, signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", file); // S3 ignores every field after the file
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    const watchdog = watch(() => request.abort(), STALLED);
    const settle = (act, value) => {
      watchdog.stop();
      signal.removeEventListener("abort", abort);
      act(value);
    };
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);
    request.upload.onprogress = ({ loaded, total }) => {
      watchdog.feed();
      onProgress(total ? loaded / total : 0);
    };
    request.onload = () =>
      request.status < 300 ? settle(resolve) : settle(reject, new ServiceError(request.status, ...s3Error(request)));
    request.onerror = () => settle(reject, new ServiceError(0));
    request.onabort = () =>
      settle(reject, signal.aborted ? new DOMException("Cancelled", "AbortError") : new ServiceError(0));
    request.open("POST", form.url);
    request.send(body);
  });
}

/** S3's code with a sentence for the user; S3's own sentence speaks of policies and conditions. */
function s3Error(request) {
  const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? "Storage";
  return request.status >= 500 ? [code] : [code, text.errors.storage];
}

/** Call `bark` when nobody has fed the dog for `patience` milliseconds. */
function watch(bark, patience) {
  let timer = setTimeout(bark, patience);
  return {
    feed() {
      clearTimeout(timer);
      timer = setTimeout(bark, patience);
    },
    stop: () => clearTimeout(timer),
  };
}

const LARGEST = 32_000_000; // bytes: the browser can only digest what is in memory as a whole

let last = Promise.resolve();

/** Return the SHA-256 of a file in base64, or undefined for a large one. One file at a time, for the memory's sake. */
export function digestOf(file) {
  if (file.size > LARGEST) return Promise.resolve(undefined);
  const digest = last.then(async () => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return btoa(String.fromCharCode(...bytes));
  });
  last = digest.catch(() => {});
  return digest;
}
