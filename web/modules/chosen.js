// Which rendition is for what. A stack has those of its version: `medium` and `large` unless somebody removed them.

const byWidth = (image) => Object.values(image.renditions).sort((one, other) => one.width - other.width);

/** The rendition for a frame in the page. */
export const toShow = (image) => image.renditions.medium ?? byWidth(image)[0] ?? {};

/** The rendition that people look at alone, and whose link they share. */
export const toShare = (image) => image.renditions.large ?? byWidth(image).at(-1) ?? {};
