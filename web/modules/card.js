// The card of one entry: its picture, its name, what is happening to it, and what can be done.

import { text } from "../text.js";
import { decode } from "../vendor/blurhash/blurhash.js";
import { toShare, toShow } from "./chosen.js";
import { element, icon, setText } from "./dom.js";

const FRAME = 4 / 3; // width to height of every picture in the grid: what loads later moves nothing
const PHONE = "(max-width: 600px)";

export class Card {
  #entry;
  #actions;
  #kind = "";
  #line = element("p", { className: "card-line" });
  #reason = element("p", { className: "card-reason", hidden: true });
  #progress = element("progress", { max: 1, hidden: true });
  #buttons = element("div", { className: "card-buttons" });
  #picture = element("div", { className: "card-picture" });
  #placeholder = element("canvas", { className: "card-placeholder", "aria-hidden": "true" });

  /** `actions` are functions of an entry: open, details, copyLink, cancel, retry, remove. */
  constructor(entry, actions) {
    this.#entry = entry;
    this.#actions = actions;
    this.#progress.setAttribute("aria-label", text.card.progress(entry.name));
    this.#picture.append(icon("image"), this.#placeholder);
    this.root = element(
      "li",
      { className: "card" },
      this.#picture,
      element(
        "div",
        { className: "card-body" },
        element(
          "div",
          { className: "card-words" },
          element("p", { className: "card-name", title: entry.name }, entry.name),
          this.#line,
          this.#reason,
        ),
        this.#buttons,
      ),
    );
    this.#picture.append(this.#progress);
    if (entry.file) drawFile(entry.file, this.#placeholder).then((drawn) => this.#showPlaceholder(drawn));
    this.update();
  }

  update() {
    const { kind } = this.#entry;
    setText(this.#line, this.#lineOf(kind));
    this.#progress.value = this.#entry.progress;
    if (kind === this.#kind) return; // the buttons stay the same ones, so that the focus stays where it is
    this.#kind = kind;
    this.root.dataset.kind = kind;
    const reason = this.#reasonOf(kind);
    setText(this.#reason, reason);
    this.#reason.hidden = !reason;
    this.#progress.hidden = kind !== "uploading";
    this.#replaceButtons(this.#buttonsOf(kind));
    if (kind === "completed") this.#showRendition();
  }

  /** Dim the card while the service works on a wish of the user. */
  set busy(busy) {
    this.root.toggleAttribute("aria-busy", busy);
    for (const button of this.root.querySelectorAll("button")) button.disabled = busy;
  }

  focus() {
    (this.root.querySelector(".card-open") ?? this.root.querySelector("button"))?.focus();
  }

  #lineOf(kind) {
    const { image, progress, retrying } = this.#entry;
    if (kind === "uploading") return retrying ? text.card.retrying : text.card.uploading(Math.round(progress * 100));
    if (kind === "completed") return text.card.facts(image);
    return { rejected: text.card.refused }[kind] ?? text.card[kind] ?? "";
  }

  #reasonOf(kind) {
    if (kind === "failed") return text.card.failedLead;
    if (kind === "rejected") return this.#entry.image.reason?.message ?? "";
    return kind === "refused" || kind === "unsent" ? this.#entry.problem : "";
  }

  #replaceButtons(buttons) {
    const hadFocus = this.#buttons.contains(document.activeElement);
    this.#buttons.replaceChildren(...buttons);
    if (hadFocus) buttons[0]?.focus();
  }

  #buttonsOf(kind) {
    const { name, file } = this.#entry;
    const { cancel, copyLink, details, retry, remove } = this.#actions;
    const act = (action) => () => action(this.#entry);
    if (kind === "queued" || kind === "uploading") return [iconButton("close", text.card.cancel(name), act(cancel))];
    if (kind === "completed") {
      return [
        iconButton("link", text.card.copyLink(name), act(copyLink), "card-copy"),
        iconButton("more", text.card.details(name), act(details)),
      ];
    }
    const removal = wordButton(text.card.remove, text.card.removeNamed(name), act(remove));
    if (kind === "unsent" || (kind === "failed" && file)) {
      const label = kind === "unsent" ? text.card.retry : text.card.again;
      return [wordButton(label, text.card.retryNamed(name), act(retry), "primary"), removal];
    }
    return ["refused", "rejected", "failed"].includes(kind) ? [removal] : [];
  }

  #showPlaceholder(drawn) {
    this.#placeholder.classList.toggle("drawn", drawn);
  }

  #showRendition() {
    const { image, name, file } = this.#entry;
    const { width, height } = image;
    if (!file && image.placeholder) {
      drawBlurHash(image.placeholder, width, height, this.#placeholder);
      this.#showPlaceholder(true);
    }
    const picture = element("img", { className: "card-image", alt: image.alt || name, loading: "lazy", decoding: "async" });
    picture.addEventListener("load", () => picture.classList.add("loaded"));
    Object.assign(picture, { width, height, sizes: sizesOf(width / height), srcset: image.srcset });
    picture.src = toShow(image).url;
    const link = element("a", {
      className: "card-open", href: toShare(image).url, "aria-label": text.card.open(name),
    });
    link.append(...this.#picture.childNodes, picture);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab is a new tab
      event.preventDefault();
      this.#actions.open(this.#entry);
    });
    this.#picture.append(link);
  }
}

/** The width of a card's picture for `srcset`. A panorama is shown wider than its frame, which cuts its sides off. */
function sizesOf(ratio) {
  const wider = Math.max(1, ratio / FRAME);
  return `${PHONE} ${Math.round(46 * wider)}vw, ${Math.round(270 * wider)}px`;
}

/** A button that shows only an icon; `label` is its name for screen readers and its tooltip. */
export function iconButton(name, label, onclick, more = "") {
  return element(
    "button",
    { className: `button icon-only ${more}`, type: "button", "aria-label": label, title: label, onclick },
    icon(name),
  );
}

const wordButton = (words, label, onclick, more = "") =>
  element("button", { className: `button small ${more}`, type: "button", "aria-label": label, onclick }, words);

const WIDTH = 480; // pixels: a card on a screen with two pixels per point
const AT_ONCE = 2; // decoding a photograph takes a hundred megabytes: two hundred at once would end the tab
const BLUR = 32; // pixels on the longer side of a BlurHash; the browser's scaling does the rest

let running = 0;
const waiting = [];

/** Draw a file onto a canvas, scaled down. Resolves to whether the browser could read it: few read TIFF or HEIC. */
export async function drawFile(file, canvas) {
  if (running >= AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  running += 1;
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: WIDTH, resizeQuality: "medium" });
    Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return true;
  } catch {
    return false;
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Draw a BlurHash onto a canvas in the proportions of the image. A broken one draws nothing. */
export function drawBlurHash(hash, width, height, canvas) {
  const scale = BLUR / Math.max(width, height, 1);
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  try {
    const pixels = new ImageData(decode(hash, w, h), w, h);
    Object.assign(canvas, { width: w, height: h });
    canvas.getContext("2d").putImageData(pixels, 0, 0);
  } catch {
    canvas.remove();
  }
}
