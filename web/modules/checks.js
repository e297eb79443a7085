// What can be known about a file before it is sent, with the sentences of the server, which checks everything again.
// These checks save the user the wait. They read the first kilobyte, never the name.

import { text } from "../text.js";

const HEAD = 1024; // bytes in which a format shows

// Patterns on the first bytes, read as Latin-1 so that one character is one byte. As in the server's formats.
const FORMATS = [
  ["JPEG", /^\xff\xd8\xff/],
  ["PNG", /^\x89PNG\r\n\x1a\n/],
  ["GIF", /^GIF8[79]a/],
  ["BMP", /^BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0/s],
  ["TIFF", /^(?:II[*+]\0|MM\0[*+])/],
  ["WebP", /^RIFF.{4}WEBP/s],
  ["JPEG2000", /^(?:\0\0\0\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51)/],
];
const BRANDS = [
  ["AVIF", ["avif", "avis"]],
  ["HEIC", ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]],
];
const CONTAINERS = ["mif1", "mif2", "msf1", "miaf"]; // these name no codec: the compatible brands do
const MOST_BRANDS = 64;

// What people upload by mistake, in the order in which the server asks.
const OTHERS = [
  ["heif", /^.{4}ftyp(?:mif|msf|mia)/s],
  ["video", /^(?:.{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI )/s],
  ["pdf", /^%PDF/],
  ["svg", /^\s*(?:<\?xml.*?)?\s*(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg.*?)?<svg/s],
  ["html", /^\s*<(?:!DOCTYPE html|html)/i],
  ["zip", /^PK\x03\x04/],
  ["photoshop", /^8BPS/],
  ["jpegXl", /^(?:\xff\x0a|\0\0\0\x0cJXL )/],
  ["icon", /^\0\0[\x01\x02]\0/],
  ["postscript", /^%!PS/],
];

// Text and gzip may contain an image, for example as base64: the server says what to do.
const CHANGED = /^(?:\x1f\x8b|[^\0-\x08\x0e-\x1f]{8})/;

/**
 * Return why the server would refuse a file, as a sentence, or an empty string.
 * `limits` are those of the configuration: `max_bytes` and the names of the `formats`.
 */
export async function problemWith(file, limits) {
  if (file.size === 0) return text.checks.empty;
  if (file.size > limits.max_bytes) return text.checks.tooLarge(file.size, limits.max_bytes);
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return problemWithContent(String.fromCharCode(...bytes), limits.formats);
}

/** The same for the first bytes as a string, one character per byte. */
export function problemWithContent(head, accepted) {
  const format = formatOf(head);
  const other = OTHERS.find(([, magic]) => magic.test(head));
  if (accepted.includes(format) || (!format && !other && CHANGED.test(head))) return "";
  return `${described(format, other)} ${text.checks.upload(accepted)}`;
}

function formatOf(head) {
  const brand = codecBrand(head);
  const found = BRANDS.find(([, brands]) => brands.includes(brand)) ?? FORMATS.find(([, magic]) => magic.test(head));
  return found?.[0] ?? "";
}

/** The first brand of AVIF or HEIC in an ISO base media file, or an empty string. */
function codecBrand(head) {
  if (head.slice(4, 8) !== "ftyp") return "";
  const major = head.slice(8, 12);
  const length = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + head.charCodeAt(index), 0);
  const end = Math.min(length, head.length, 16 + 4 * MOST_BRANDS);
  const brands = [major];
  for (let start = 16; start < end && CONTAINERS.includes(major); start += 4) brands.push(head.slice(start, start + 4));
  return brands.find((brand) => BRANDS.some(([, known]) => known.includes(brand))) ?? "";
}

function described(format, other) {
  if (format) return text.checks.looksLike(text.checks.anImage(format));
  return other ? text.checks.looksLike(text.checks.others[other[0]]) : text.checks.unsupported;
}
