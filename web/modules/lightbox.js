// One picture at a time, large: PhotoSwipe, which is fetched when the first picture is opened.

import { text } from "../text.js";
import { toShare } from "./chosen.js";
import { element, prefersLessMotion } from "./dom.js";

const MODULE = "../vendor/photoswipe/photoswipe.esm.min.js";
const STYLES = "/vendor/photoswipe/photoswipe.css";

let loaded = null;

/**
 * Open the picture of `entry` among `entries`, all completed.
 * `actions` are functions of the shown entry: copyLink, details. `onClosed` gets the entry that was shown last.
 */
export async function openLightbox(entries, entry, actions, onClosed) {
  loaded ??= load();
  const PhotoSwipe = await loaded;
  const lightbox = new PhotoSwipe({
    dataSource: entries.map(slideOf),
    index: entries.indexOf(entry),
    bgOpacity: 0.94,
    showHideAnimationType: prefersLessMotion() ? "none" : "fade",
    returnFocus: false, // the card of the picture that was shown last gets it, see onClosed
    closeTitle: text.lightbox.close,
    zoomTitle: text.lightbox.zoom,
    arrowPrevTitle: text.lightbox.previous,
    arrowNextTitle: text.lightbox.next,
    errorMsg: text.lightbox.error,
  });
  const shown = () => entries[lightbox.currIndex];
  let last = entry;
  lightbox.on("uiRegister", () => {
    addButton(lightbox, "details", text.lightbox.details, () => {
      lightbox.on("destroy", () => actions.details(last));
      lightbox.close();
    });
    addButton(lightbox, "copy", text.lightbox.copyLink, () => actions.copyLink(shown()));
  });
  lightbox.on("initialLayout", () => {
    lightbox.element.setAttribute("aria-label", text.lightbox.label);
    lightbox.element.setAttribute("aria-modal", "true");
  });
  lightbox.on("close", () => (last = shown()));
  lightbox.on("destroy", () => onClosed(last)); // until then PhotoSwipe keeps the focus inside
  lightbox.init();
}

/** The module and its styles, at once. */
async function load() {
  const styles = element("link", { rel: "stylesheet", href: STYLES });
  const ready = new Promise((resolve) => (styles.onload = styles.onerror = resolve));
  document.head.append(styles);
  const [module] = await Promise.all([import(MODULE), ready]);
  return module.default;
}

function slideOf({ image, name }) {
  const { url: src, width, height } = toShare(image);
  return { src, width, height, srcset: image.srcset, msrc: image.renditions.thumbnail?.url, alt: image.alt || name };
}

function addButton(lightbox, name, title, onClick) {
  lightbox.ui.registerElement({
    name, title, ariaLabel: title, order: 8, isButton: true, appendTo: "bar", onClick,
    html: { isCustomSVG: true, inner: OUTLINES[name], outlineID: `pswp-${name}` },
  });
}

// In PhotoSwipe's 32 × 32 grid, which draws them filled.
const OUTLINES = {
  copy: '<path id="pswp-copy" d="M11 11h13v13H11zm2 2v9h9v-9zM8 20V8h12v2H10v10z" fill-rule="evenodd"/>',
  details: '<path id="pswp-details" d="M7 14h4v4H7zm7 0h4v4h-4zm7 0h4v4h-4z"/>',
};
