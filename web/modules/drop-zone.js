// The place that says how to add images, with the button that opens the chooser.

import { text } from "../text.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";

/** Return the drop zone; while the gallery is empty it is large and has more to say. `limits` are those of the configuration; `onFiles` gets an array of files. */
export function dropZone(limits, onFiles) {
  const input = element("input", { type: "file", multiple: true, accept: limits.accept, hidden: true });
  const button = element("button", { className: "button primary", type: "button" }, icon("add"), text.drop.choose);
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    if (files.length) onFiles(files);
  });
  return element(
    "section",
    { className: "drop-zone", "aria-label": text.drop.title },
    element(
      "div",
      { className: "drop-first" },
      icon("image"),
      element("h2", {}, text.gallery.emptyTitle),
      element("p", { className: "quiet" }, text.gallery.emptyLead),
    ),
    button,
    input,
    element(
      "div",
      {},
      element("p", { className: "drop-hint" }, text.drop.hint),
      element("p", { className: "quiet" }, text.drop.limits(limits.formats, limits.max_bytes)),
    ),
  );
}

/** What covers the page while files are dragged over it. */
export const dropOverlay = () =>
  element("div", { className: "drop-overlay" }, element("div", {}, icon("upload"), text.drop.release));
