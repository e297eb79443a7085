// Text from outside, made safe to read. Keys, EXIF and error messages may contain characters that hide or reverse what
// is shown: control characters, direction overrides, invisible ones. They appear as \u202e, as the command prints them.

import { element } from "./dom.js";

// All but two that join letters and the parts of emoji.
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NAMED = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function escaped(character) {
  const code = character.codePointAt(0).toString(16);
  if (NAMED[character]) return NAMED[character];
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}

/** One line of text. */
export const printable = (words) => String(words ?? "").replace(HIDDEN, escaped);

/** Text in which line breaks and tabs stay what they are. */
export const printableLines = (words) =>
  String(words ?? "").replace(HIDDEN, (one) => (one === "\n" || one === "\t" ? one : escaped(one)));

/** An element for text of any direction, which does not change the order of what is around it. */
export const isolated = (words, className = "") => element("bdi", { className }, printable(words));

/** The part of s3://bucket/key that people know: the key. */
export const keyOf = (uri) => uri.replace(/^s3:\/\/[^/]*\//, "");

/** JSON text with line breaks; anything else as it is. Nested JSON texts stay texts. */
export function pretty(value) {
  if (value === null || value === undefined || value === "") return "";
  try {
    return printableLines(JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2));
  } catch {
    return printableLines(value);
  }
}
