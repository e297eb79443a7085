// Every word that the page shows. To translate the page, translate this file and set `language`.

export const language = "en";

const numbers = new Intl.NumberFormat(language);
const oneDigit = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** A count with its noun: "1 image", "20 images". */
const images = (count) => `${numbers.format(count)} ${count === 1 ? "image" : "images"}`;

/** A file size as people read it: "812 kB", "2.4 MB". */
const size = (bytes) => {
  if (bytes < 1000) return `${numbers.format(bytes)} bytes`;
  if (bytes < 1_000_000) return `${numbers.format(Math.round(bytes / 1000))} kB`;
  return `${oneDigit.format(bytes / 1_000_000)} MB`;
};

const pixels = (width, height) => `${numbers.format(width)} × ${numbers.format(height)}`;

/** "HDR (2.3 stops)" for the renditions, "HDR original (2.3 stops)" if only the original is. */
const hdr = (image) => {
  const what = { kept: "HDR", dropped: "HDR original" }[image.hdr];
  return what && `${what} (${numbers.format(image.hdr_stops)} stops)`;
};

/** "JPEG, PNG or WebP" */
const anyOf = (names) =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;

export const text = {
  title: "Renditions",
  skip: "Skip to your images",

  landing: {
    title: "Every picture, ready for the web",
    lead: "Drop a photograph. Seconds later it is there in several sizes, with links and HTML to copy.",
    signIn: "Sign in",
    points: ["Small, large and watermarked", "Location data removed", "Private until you share a link"],
    failed: "You could not be signed in. Try again.",
    unavailable: "The service cannot be reached. Check your connection, then try again.",
    retry: "Try again",
  },

  header: { signOut: "Sign out" },

  drop: {
    title: "Add images",
    choose: "Choose images",
    hint: "or drop them anywhere on this page, or paste them",
    limits: (formats, bytes) => `${anyOf(formats)}, up to ${size(bytes)} each`,
    release: "Drop to upload",
    preset: "Preset",
    noPreset: "Automatic",
  },

  gallery: {
    title: "Your images",
    more: "Show more",
    loading: "Loading your images",
    emptyTitle: "No images yet",
    emptyLead: "Add your first photographs. They are ready to share within seconds.",
    failedTitle: "Your images could not be loaded",
    retry: "Try again",
  },

  strip: {
    sending: (sent, all) => `Uploading ${numbers.format(Math.min(sent + 1, all))} of ${images(all)}`,
    processing: (count) => `Making renditions of ${images(count)}`,
    progress: "Upload progress",
    unsent: (count) => `${images(count)} could not be uploaded`,
    retryAll: "Retry all",
  },

  card: {
    open: (name) => `Open ${name}`,
    details: (name) => `Links and details of ${name}`,
    copyLink: (name) => `Copy the link to ${name}`,
    progress: (name) => `Upload of ${name}`,
    queued: "Waiting to upload",
    uploading: (percent) => (percent < 100 ? `Uploading · ${percent} %` : "Finishing the upload"),
    retrying: "Connection problem. Trying again …",
    waiting: "Uploaded. Waiting its turn …",
    processing: "Making renditions …",
    facts: (image) => pixels(image.width, image.height),
    refused: "Not accepted",
    unsent: "Not uploaded",
    failed: "Could not be processed",
    failedLead: "Something went wrong on our side; the image is fine. The operators have been notified.",
    cancel: (name) => `Cancel the upload of ${name}`,
    retry: "Retry",
    again: "Upload again",
    remove: "Remove",
    removeNamed: (name) => `Remove ${name}`,
    retryNamed: (name) => `Retry ${name}`,
  },

  details: {
    close: "Close",
    original: "Original",
    uploaded: "Uploaded",
    pages: (numbers) => `Page 1 is shown. Further pages: ${numbers.replaceAll(",", ", ")}`,
    facts: (image) =>
      [image.format, hdr(image), pixels(image.width, image.height), size(image.bytes)].filter(Boolean).join(" · "),
    when: (iso) => dates.format(new Date(iso)),
    preset: "Preset",
    renditions: "Renditions",
    skipped: (names) => `Not made with this preset: ${names.join(", ")}`,
    rendition: (rendition) => `${pixels(rendition.width, rendition.height)} · ${size(rendition.bytes)}`,
    named: (rendition) => rendition[0].toUpperCase() + rendition.slice(1).replaceAll("_", " "),
    copyLink: "Copy link",
    copyLinkTo: (name) => `Copy the link to the rendition ${name}`,
    view: (name) => `View the rendition ${name} in a new tab`,
    downloadRendition: (name) => `Download the rendition ${name}`,
    html: "HTML for a web page",
    copyHtml: "Copy HTML",
    sharing: "Anyone who has one of these links can see the picture, and nobody can guess them.",
    download: "Download original",
    delete: "Delete",
  },

  deletion: {
    title: (name) => `Delete ${name}?`,
    lead: "The original and all its renditions are deleted for good, and links to them stop working.",
    confirm: "Delete",
    cancel: "Keep it",
    done: (name) => `${name} is deleted.`,
    failed: (name) => `${name} could not be deleted.`,
  },

  leaving: {
    title: "Sign out now?",
    lead: (count) => `${images(count)} not uploaded yet. Signing out stops the upload.`,
    confirm: "Sign out",
    cancel: "Stay",
  },

  lightbox: {
    label: "Picture viewer",
    close: "Close",
    zoom: "Zoom",
    previous: "Previous picture",
    next: "Next picture",
    copyLink: "Copy link",
    details: "Links and details",
    error: "This picture cannot be loaded.",
  },

  copied: { link: "Link copied", html: "HTML copied", failed: "The browser does not allow copying." },

  offline: "You are offline. Uploads continue by themselves when the connection is back.",
  online: "You are back online.",
  sessionEnded: {
    lead: "Your session has ended. Sign in again to continue; images that are not uploaded yet are kept.",
    signIn: "Sign in again",
  },

  announce: {
    added: (count) => `${images(count)} added.`,
    finished: (ready, refused) =>
      [`${images(ready)} ready.`, refused ? `${images(refused)} not accepted.` : ""].filter(Boolean).join(" "),
    refused: (name, reason) => `${name}: ${reason}`,
  },

  // The sentences of the server for what can be checked before an upload, word for word.
  checks: {
    empty: "The file is empty (0 bytes). Upload the image again.",
    tooLarge: (bytes, most) =>
      `The file has ${numbers.format(bytes)} bytes. At most ${numbers.format(most)} bytes are allowed. Upload a smaller file, or raise MAX_BYTES.`,
    unsupported: "Not a supported image format.",
    looksLike: (what) => `This looks like ${what}.`,
    anImage: (format) => `${/^[AEIOU]/.test(format) ? "an" : "a"} ${format} image`,
    upload: (formats) => `Upload a ${anyOf(formats)}.`,
    others: {
      heif: "a HEIF image",
      video: "a video",
      pdf: "a PDF document",
      svg: "an SVG drawing",
      html: "a web page",
      zip: "a ZIP archive or Office document",
      photoshop: "a Photoshop document",
      jpegXl: "a JPEG XL image",
      icon: "an icon",
      postscript: "a PostScript document",
    },
  },

  errors: {
    offline: "The service cannot be reached. Check your connection.",
    tooMany: "Too many requests at once. Wait a moment, then try again.",
    server: "The service has a problem. Try again in a minute.",
    storage: "The storage did not accept the file. Try again.",
    unreadable: "The file cannot be read any more. Choose it again.",
    other: (status) => `The service answered with an unexpected error (${status}). Try again.`,
  },
};
