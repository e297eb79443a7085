// Saving a rendition as a file. A link to another origin would only show it, whatever its `download` attribute says.

import { element } from "./dom.js";
import { ServiceError } from "./errors.js";

/** Fetch a file and let the browser save it under a name. Throws ServiceError. */
export async function saveFile(url, name) {
  const response = await fetch(url).catch(() => null);
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
