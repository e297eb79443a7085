// The images themselves: the original and its renditions. The server passes them through; the page shows them from
// memory, as images and never as documents.

import { api } from "./api.js";
import { element } from "./dom.js";
import { isolated, keyOf } from "./printable.js";

const MOST = 300; // files in memory
const LARGEST_BESIDE_STATE = 3e6; // bytes
const kept = new Map(),
  addresses = new Map();

/** Return the address of a picture, {uri, etag, version}. Rejects with a Problem that says why there is none. */
export function load(picture) {
  const key = JSON.stringify(picture);
  if (!kept.has(key)) {
    if (kept.size >= MOST) forget(kept.keys().next().value);
    const loading = api.picture(picture).then((blob) => URL.createObjectURL(blob));
    loading.then(
      (url) => addresses.set(key, url),
      () => kept.delete(key),
    );
    kept.set(key, loading);
  }
  return kept.get(key);
}

/** Return the address of a picture that is loaded already, or null. */
export const loaded = (picture) => addresses.get(JSON.stringify(identity(picture))) ?? null;

/** Whether a picture is small enough to be shown in the graph, where nobody has asked for it. */
export const isSmall = ({ bytes }) => !(bytes > LARGEST_BESIDE_STATE);

function forget(key) {
  kept.get(key).then(URL.revokeObjectURL, () => {});
  kept.delete(key);
  addresses.delete(key);
}

/** The picture that a state made or read: {uri, etag?}, or null. Its output is the picture's entry, or contains it. */
export function pictureOf(visit) {
  const output = parsed(visit.output);
  const entry = [output, output?.image].find((one) => typeof one?.bucket === "string" && typeof one?.key === "string");
  if (!entry) return null;
  const isOriginal = typeof entry.etag === "string";
  return {
    uri: `s3://${entry.bucket}/${entry.key}`,
    ...(isOriginal && { etag: entry.etag }),
    ...(isOriginal && entry.version_id && entry.version_id !== "null" && { version: entry.version_id }),
    size: entry.width ? `${entry.width} × ${entry.height}` : "",
    bytes: entry.bytes,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What identifies a picture for the server. */
export const identity = ({ uri, etag, version }) => ({ uri, ...(etag && { etag }), ...(version && { version }) });

/** A figure with a picture and its facts. `name` is what it is: Original, thumbnail and so on. */
export function figure(name, picture, more = "") {
  const frame = element("div", { className: "frame" }, element("span", { className: "quiet" }, "Loading …"));
  load(identity(picture)).then(
    (url) => frame.replaceChildren(element("img", { src: url, alt: `${name} of ${keyOf(picture.uri)}` })),
    (problem) => frame.replaceChildren(element("span", { className: "quiet" }, problem.message)),
  );
  const details = [picture.size, picture.bytes ? fileSize(picture.bytes) : ""].filter(Boolean).join(", ");
  return element(
    "figure",
    {},
    frame,
    element("figcaption", {}, element("strong", {}, name), details && ` ${details}`, more),
    element("small", { className: "uri" }, isolated(picture.uri)),
  );
}

export const fileSize = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
