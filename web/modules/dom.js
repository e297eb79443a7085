// Building elements without markup in strings: what a user or a server named can never become HTML.

/** Show control characters, and those that reverse the direction of text, as escapes: they may be part of a name. */
export function visible(text) {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) =>
    `\\u${character.codePointAt(0).toString(16).padStart(4, "0")}`);
}

const shown = (value) => (typeof value === "string" ? visible(value) : value);

/**
 * Return a new element. `properties` are set as properties (className, onclick, hidden, …); names with a hyphen and
 * `role` are attributes. Children are elements or strings; empty ones are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== "").map(shown));
  return made;
}

/** Replace what an element contains, unless it contains just this text already: screen readers announce each change. */
export function setText(target, words) {
  const text = visible(words ?? "");
  if (target.textContent !== text) target.textContent = text;
}

export const prefersLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Icons as outlines on a 24 × 24 grid. They are decoration: the button that holds one has a name.

const SVG = "http://www.w3.org/2000/svg";

const OUTLINES = {
  add: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v10H9zM5 15V5h10",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6-2.9M12 19h.01",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  upload: "M12 20V9M7 13l5-5 5 5M5 4h14",
  warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", OUTLINES[name]);
  svg.append(path);
  return svg;
}
