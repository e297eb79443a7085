/**
 * A loader for next/image: picks the rendition that is large enough, instead of resizing again.
 *
 *     // next.config.mjs: widths that exist, so that Next asks for no others
 *     images: { loader: "custom", loaderFile: "./next_loader.mjs", imageSizes: [200], deviceSizes: [800, 1600] }
 *
 *     // a page; src is the key of a rendition without its last part: holiday.jpg/cbc3fa477b8e8447
 *     <Image src={record.renditions.medium.key.replace(/\/[^/]+$/, "")} width={800} height={533} alt="…"
 *            placeholder="empty" style={{ backgroundColor: record.dominant_colour }} />
 *
 * To adapt: the format of your stack, and the widths of its renditions that have one shape and that no preset skips.
 * NEXT_PUBLIC_RENDITIONS_URL is its output DeliveryUrl. An upright image with the fit inside is narrower than its size,
 * so the browser gets less than it asked for: cover and pad have fixed widths, such as 640 for 800@4:5.
 */
const RENDITIONS = [["thumbnail", 200], ["medium", 800], ["large", 1600]];
const EXTENSION = "webp";

export default function renditionsLoader({ src, width }) {
  const [name] = RENDITIONS.find(([, size]) => size >= width) ?? RENDITIONS.at(-1);
  const path = src.split("/").map(encodeURIComponent).join("/");
  return `${process.env.NEXT_PUBLIC_RENDITIONS_URL}/${path}/${name}.${EXTENSION}`;
}
