// Modal dialogs by the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back.

import { text } from "../text.js";
import { iconButton } from "./card.js";
import { toShow } from "./chosen.js";
import { element, icon } from "./dom.js";
import { copy } from "./sharing.js";

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
  // A press on the dimmed page is one on the dialog, outside of its box. Dragging a selection out is none.
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

// Everything about one image: facts, links of its renditions, HTML for a web page, download and deletion.

/** Show the details of an entry. `actions`: download, downloadRendition and delete, functions of the entry. */
export function showDetails(entry, actions) {
  const { image, name } = entry;
  const rows = Object.entries(image.renditions).map(([kind, file]) => renditionRow(entry, kind, file, actions));
  const dialog = showDialog(
    "details",
    name,
    preview(image),
    facts(image),
    element("h3", {}, text.details.renditions),
    element("ul", { className: "renditions", role: "list" }, ...rows),
    image.skipped?.length ? element("p", { className: "quiet" }, text.details.skipped(image.skipped)) : null,
    element("p", { className: "quiet" }, text.details.sharing),
    element("h3", { id: "html-title" }, text.details.html),
    ...snippet(image.picture_html),
    element(
      "div",
      { className: "dialog-buttons" },
      action("trash", text.details.delete, "quiet-danger", () => {
        dialog.close();
        actions.delete(entry);
      }),
      action("download", text.details.download, "primary", () => actions.download(entry)),
    ),
  );
}

function preview(image) {
  const { name, dominant_colour: colour } = image;
  const { url, width, height } = toShow(image);
  const picture = element("img", { className: "details-picture", src: url, width, height, alt: image.alt || name });
  picture.style.backgroundColor = colour; // set by script, which the content security policy allows
  return picture;
}

const facts = (image) =>
  element(
    "dl",
    { className: "facts" },
    element("dt", {}, text.details.original),
    element("dd", {}, text.details.facts(image)),
    element("dt", {}, text.details.uploaded),
    element("dd", {}, text.details.when(image.uploaded_at)),
    image.preset && element("dt", {}, text.details.preset),
    image.preset && element("dd", {}, image.preset),
    ...Object.entries(image.labels).flatMap(([name, value]) => [
      element("dt", {}, text.details.named(name)),
      element("dd", { dir: "auto" }, value), // text of an uploader: no link
    ]),
  );

function renditionRow(entry, name, rendition, actions) {
  const label = text.details.named(name);
  return element(
    "li",
    { className: "rendition" },
    element(
      "div",
      {},
      element(
        "a",
        { href: rendition.url, target: "_blank", rel: "noopener", "aria-label": text.details.view(label) },
        label,
      ),
      element("span", { className: "quiet" }, text.details.rendition(rendition)),
      rendition.note && element("span", { className: "quiet" }, rendition.note),
      rendition.pages && element("span", { className: "quiet" }, text.details.pages(rendition.pages)),
    ),
    element(
      "button",
      {
        className: "button small", type: "button", "aria-label": text.details.copyLinkTo(label),
        onclick: () => copy(rendition.url, text.copied.link),
      },
      text.details.copyLink,
    ),
    iconButton("download", text.details.downloadRendition(label), () => actions.downloadRendition(entry, rendition)),
  );
}

function snippet(html) {
  const field = element("textarea", {
    className: "snippet", value: html, readOnly: true, rows: 5, spellcheck: false, "aria-labelledby": "html-title",
  });
  const onclick = () => copy(html, text.copied.html);
  return [field, action("copy", text.details.copyHtml, "", onclick)];
}

const action = (symbol, words, more, onclick) =>
  element("button", { className: `button ${more}`, type: "button", onclick }, icon(symbol), words);
