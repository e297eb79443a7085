// Text from outside, made safe to read. Keys, EXIF and error messages may contain characters that hide or reverse what
// is shown: control characters, direction overrides, invisible ones. They appear as \u{202e}.

import { element } from "./dom.js";

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const code = (character) => `\\u{${character.codePointAt(0).toString(16)}}`;

/** One line of text. */
export const printable = (words) => String(words ?? "").replace(HIDDEN, code);

/** Text in which line breaks and tabs stay what they are. */
export const printableLines = (words) =>
  String(words ?? "").replace(HIDDEN, (character) =>
    character === "\n" || character === "\t" ? character : code(character),
  );

/** An element for text of any direction, which does not change the order of what is around it. */
export const isolated = (words, className = "") => element("bdi", { className }, printable(words));

/** The part of s3://bucket/key that people know: the key. */
export const keyOf = (uri) => uri.replace(/^s3:\/\/[^/]*\//, "");

/** JSON text with line breaks; anything else as it is. Nested JSON texts stay texts. */
export function pretty(document) {
  if (document === null || document === undefined || document === "") return "";
  try {
    const value = typeof document === "string" ? JSON.parse(document) : document;
    return printableLines(JSON.stringify(value, null, 2));
  } catch {
    return printableLines(document);
  }
}
