// Short messages: a toast for everybody, and words that only screen readers say.

import { element, setText } from "./dom.js";

const SHOWN = 4000; // milliseconds

const toastElement = element("div", { className: "toast", role: "status", popover: "manual" });
const voice = element("div", { className: "visually-hidden", role: "status" });
let timer = 0;

/** Put both into the page. */
export const addNotices = (page) => page.append(toastElement, voice);

/** Show a sentence for a few seconds, above everything else. */
export function toast(words) {
  // What is outside of an open dialog is inert, also for screen readers.
  const place = document.querySelector("dialog[open]") ?? document.getElementById("page");
  if (toastElement.parentElement !== place) place.append(toastElement);
  if (toastElement.matches(":popover-open")) toastElement.hidePopover();
  toastElement.showPopover();
  toastElement.textContent = words;
  clearTimeout(timer);
  timer = setTimeout(() => toastElement.hidePopover(), SHOWN);
}

/** Let screen readers say a sentence. */
export function announce(words) {
  setText(voice, words);
}
