// Modal dialogs by the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back.

import { text } from "../text.js";
import { iconButton } from "./card.js";
import { element } from "./dom.js";

let count = 0;

/** Show a dialog with a title. Returns it; it removes itself when it is closed. */
export function showDialog(className, title, ...children) {
  const heading = element("h2", { id: `dialog-${++count}`, className: "dialog-title", tabIndex: -1 }, title);
  const close = iconButton("close", text.details.close, () => dialog.close());
  const dialog = element(
    "dialog",
    { className, "aria-labelledby": heading.id },
    element("div", { className: "dialog-head" }, heading, close),
    ...children,
  );
  // A press on the dimmed page is a press on the dialog itself, outside of its box. Dragging a selection out is none.
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog && !isInside(event, dialog.getBoundingClientRect())) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.getElementById("page").append(dialog);
  dialog.showModal();
  heading.focus();
  return dialog;
}

/** Ask before something that cannot be undone. Resolves to whether the user wants it. */
export function confirmed(words, title = words.title, lead = words.lead) {
  return new Promise((resolve) => {
    const no = element("button", { className: "button", type: "button" }, words.cancel);
    const yes = element("button", { className: "button danger", type: "button" }, words.confirm);
    const dialog = showDialog(
      "confirm",
      title,
      element("p", {}, lead),
      element("div", { className: "dialog-buttons" }, no, yes),
    );
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => dialog.close("yes"));
    no.focus();
  });
}

const isInside = ({ clientX: x, clientY: y }, box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
