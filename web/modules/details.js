// Everything about one image: facts, links of its renditions, HTML for a web page, download and deletion.

import { text } from "../text.js";
import { iconButton } from "./card.js";
import { copy } from "./copy.js";
import { showDialog } from "./dialog.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";

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

function preview({ renditions: { medium }, name, dominant_colour: colour }) {
  if (!medium) return null;
  const { url, width, height } = medium;
  const picture = element("img", { className: "details-picture", src: url, width, height, alt: name });
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
  );

function renditionRow(entry, name, rendition, actions) {
  const label = text.details.names[name] ?? name;
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
  const onclick = () => copy(html, text.copied.html, field);
  return [field, action("copy", text.details.copyHtml, "", onclick)];
}

const action = (symbol, words, more, onclick) =>
  element("button", { className: `button ${more}`, type: "button", onclick }, icon(symbol), words);
