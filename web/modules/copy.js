// Copying to the clipboard, with a way out for browsers and settings that forbid it.

import { text } from "../text.js";
import { element } from "./dom.js";
import { toast } from "./notify.js";

/** Copy `value` and say `done`. If that is forbidden, select the text of `field`, or show it to be copied by hand. */
export async function copy(value, done, field = null) {
  try {
    await navigator.clipboard.writeText(value);
    toast(done);
  } catch {
    selectAll(field ?? temporaryField(value));
    toast(text.copied.failed);
  }
}

function selectAll(field) {
  field.focus();
  field.select();
}

function temporaryField(value) {
  const field = element("input", { className: "copy-by-hand", value, readOnly: true, "aria-label": text.copied.link });
  field.addEventListener("blur", () => field.remove());
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  return field;
}
