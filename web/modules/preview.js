// Small pictures for cards: of a file before it is uploaded, and of a BlurHash until the thumbnail is there.

import { decode } from "../vendor/blurhash/blurhash.js";

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
