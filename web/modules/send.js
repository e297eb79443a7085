// One file to S3, by a form that the API signed. XMLHttpRequest, because fetch cannot report the progress of an upload.

import { text } from "../text.js";
import { ServiceError } from "./errors.js";

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
