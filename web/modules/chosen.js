// Which rendition is for what: `medium` and `large`, if the stack has them.

const byWidth = (image) => Object.values(image.renditions).sort((one, other) => one.width - other.width);

/** The rendition to show in the page. */
export const toShow = (image) => image.renditions.medium ?? byWidth(image)[0] ?? {};

/** The rendition to look at alone, and to share. */
export const toShare = (image) => image.renditions.large ?? byWidth(image).at(-1) ?? {};
