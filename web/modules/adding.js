// Every way for files to reach the page: the chooser, a drop anywhere, and the clipboard.

import { text } from "../text.js";
import { element, icon } from "./dom.js";

/** Return the drop zone, with more to say while the gallery is empty, and a `choice` in it. `onFiles` gets an array. */
export function dropZone(limits, choice, onFiles) {
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
    choice,
    element(
      "div",
      {},
      element("p", { className: "drop-hint" }, text.drop.hint),
      element("p", { className: "quiet" }, text.drop.limits(limits.formats, limits.max_bytes)),
    ),
  );
}

/** Return the choice of a preset for the files that are added next, or null if there is none. */
export function presetChoice(presets, onChoice) {
  if (!presets?.length) return null;
  const choices = ["", ...presets].map((value) => element("option", { value }, value || text.drop.noPreset));
  const select = element("select", { autocomplete: "off", onchange: () => onChoice(select.value) }, ...choices);
  return element("label", { className: "preset" }, text.drop.preset, select);
}

export const dropOverlay = () =>
  element("div", { className: "drop-overlay", "aria-hidden": "true" }, element("div", {}, icon("upload"), text.drop.release));

const JUNK = /^(?:\.|Thumbs\.db$|desktop\.ini$)/i; // what systems leave in folders, and nobody means to upload
const DRAGGING = "dragging";

let isOurs = false; // what is dragged at the moment

/** Call `onFiles` with the files of every drop and paste. */
export function gatherFiles(onFiles) {
  const show = (visible) => document.body.classList.toggle(DRAGGING, visible);
  addEventListener("dragstart", () => (isOurs = true));
  addEventListener("dragend", () => (isOurs = false));
  addEventListener("dragenter", (event) => carriesFiles(event) && show(true));
  addEventListener("dragleave", (event) => event.relatedTarget ?? show(false)); // null: it left the window
  addEventListener("pointermove", () => show(false)); // there is none during a drag: somebody pressed Escape
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // without this the browser leaves the page and shows the file
    event.dataTransfer.dropEffect = modalIsOpen() ? "none" : "copy";
    show(!modalIsOpen());
  });
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(false);
    if (!modalIsOpen()) onFiles(await filesOf(event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && !modalIsOpen()) onFiles(files);
  });
}

/** Whether files from outside are dragged. A picture of the page itself counts as a file, too, but is already here. */
const carriesFiles = (event) => !isOurs && [...(event.dataTransfer?.types ?? [])].includes("Files");
const modalIsOpen = () => document.querySelector("dialog[open], .pswp--open") !== null;

/** The files of a drop, those in folders included. The entries must be asked for before the first await. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = await Promise.all(entries.map(filesBelow));
  return found.flat().filter((file) => !JUNK.test(file.name));
}

async function filesBelow(entry) {
  if (entry.isFile) return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return found; // a reader gives at most a hundred at a time
    found.push(...(await Promise.all(some.map(filesBelow))).flat());
  }
}
