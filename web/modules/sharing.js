// Taking something away from the page: to the clipboard, or as a file.

import { text } from "../text.js";
import { ServiceError } from "./api.js";
import { element } from "./dom.js";
import { toast } from "./notify.js";

/** Copy `value` to the clipboard and say `done`, or that it is forbidden. */
export async function copy(value, done) {
  const copied = await navigator.clipboard.writeText(value).then(() => true, () => false);
  toast(copied ? done : text.copied.failed);
}

/** Save a file under a name; a link to another origin would only show it. Throws ServiceError. */
export async function saveFile(url, name) {
  // Not from the cache: what it has of an <img> came without the header that lets a script read it.
  const response = await fetch(url, { cache: "no-store" }).catch(() => null);
  if (!response?.ok) throw new ServiceError(response?.status ?? 0);
  const address = URL.createObjectURL(await response.blob());
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may still be asking where to save it
}

/** The name of a saved rendition: that of the original, the size, and the rendition's own ending. */
export function nameOf(entry, { url, width, height }) {
  const stem = entry.name.replace(/\.[^.]*$/, "");
  const ending = new URL(url).pathname.split(".").pop();
  return `${stem}-${width}x${height}.${ending}`;
}
