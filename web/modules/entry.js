// One image of the page: a file on its way, an image that the service knows, or first one and then the other.

const KINDS = {
  WAITING: "waiting",
  PROCESSING: "processing",
  COMPLETED: "completed",
  REJECTED: "rejected",
  FAILED: "failed",
  DELETING: "deleted",
  DELETED: "deleted",
};

export class Entry {
  key = crypto.randomUUID();
  id = "";
  name = "";
  preset = ""; // what the user chose for it
  file = null; // what was chosen; null for images from earlier visits
  image = null; // what the service last said; null until the file is sent
  // Written by the upload queue; see there.
  stage = "";
  progress = 0;
  retrying = false;
  problem = "";
  form = null;

  static ofFile(file, preset) {
    return Object.assign(new Entry(), { file, name: file.name, preset });
  }

  static ofImage(image) {
    return Object.assign(new Entry(), { image, id: image.id, name: image.name });
  }

  /** What a kept upload of an earlier visit becomes. */
  static ofKept({ key, file, name, preset = "", id }) {
    return Object.assign(new Entry(), { key, file, name, preset, id });
  }

  /** queued, uploading, refused, unsent; then waiting, processing, completed, rejected, failed, deleted. */
  get kind() {
    return this.image ? (KINDS[this.image.status] ?? "waiting") : this.stage;
  }

  /** Whether the service is expected to change it without being asked. */
  get isPending() {
    return this.kind === "waiting" || this.kind === "processing";
  }

  /** Whether it is not going to change any more, unless the user acts. */
  get isSettled() {
    return ["refused", "unsent", "completed", "rejected", "failed", "deleted"].includes(this.kind);
  }
}
