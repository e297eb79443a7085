// Made by `make format` from docs/notice.schema.json.
// Ignore fields that are not here, and notices with a status that is not here.

/** What the original says about its origin and its rights, by name: digital_source_type, credentials,
 * credentials_generator, credentials_ai, creator, credit, copyright, web_statement, usage_terms, licence, licensor,
 * licensor_url, data_mining, alt_text, extended_description, caption, dpi (docs/labels.md). At most 4,096 bytes as
 * JSON: the longest values are cut, and end in an ellipsis. Whoever uploads chooses the values, and nobody has
 * verified them. Empty if there are none, absent in notices of earlier releases. */
export type Labels = Record<string, string>;

/** The original with its facts. */
export interface MeasuredImage {
  /** The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
   * not URL-encoded. */
  uri: string;
  /** ETag of the original, without quotation marks. */
  etag: string;
  /** S3 version id of the original; the string null if the bucket is not versioned. */
  version_id: string;
  /** 16 hex digits derived from the original's content and the settings; part of each rendition's key. */
  version: string;
  /** 16 hex digits derived from the settings that matter to this image, without its content; empty in the rare notice
   * about an execution that began before the stack was updated, absent in notices of earlier releases. */
  recipe?: string;
  /** Format of the original, identified by content. The list is open. */
  format: "JPEG" | "PNG" | "GIF" | "BMP" | "TIFF" | "WebP" | "AVIF" | "HEIC" | "JPEG2000" | (string & {});
  /** Of the original in pixels, with its orientation applied. */
  width: number;
  /** Of the original in pixels, with its orientation applied. */
  height: number;
  /** Size of the original's file, in bytes. */
  bytes: number;
  /** Of the original's bytes, as 64 hex digits; empty in the rare notice about an execution that began before the
   * stack was updated, absent in notices of earlier releases. */
  sha256?: string;
  /** Frames of an animation or pages of a TIFF; 1 for a still image. */
  frames: number;
  /** EXIF orientation of the original, 1 to 8. Width and height above, and all renditions, are already upright. */
  orientation: number;
  /** When the photograph was taken, by the camera's clock, often without a zone; empty if unknown. */
  taken_at: string;
  /** Make and model of the camera; empty if unknown. */
  camera: string;
  /** Where the uploader wants people to look: x,y as fractions of the upright original; empty for none, absent in
   * notices of earlier releases. */
  focus?: string;
  /** What the uploader keeps of the original: x,y,width,height as fractions of it, upright; empty for all, absent in
   * notices of earlier releases. */
  crop?: string;
  /** What became of the original's HDR gain map; none if it has none, absent in notices of earlier releases. The list
   * is open. */
  hdr?: "kept" | "dropped" | "none" | (string & {});
  /** How much brighter than white the gain map makes the original, in stops; 0 without one, absent in notices of
   * earlier releases. */
  hdr_stops?: number;
  /** Name of the preset whose settings the renditions have; empty for none, absent in notices of earlier releases. */
  preset?: string;
  labels?: Labels;
  /** Of the thumbnail, as #rrggbb in sRGB. */
  dominant_colour: string;
  /** The thumbnail as a BlurHash (https://blurha.sh), to show until a rendition has loaded. */
  placeholder: string;
}

/** The user metadata and tags of the original that the stack passes on (ContextKeys), by name. At most 1,024 bytes as
 * JSON: the longest values are cut, and end in an ellipsis. Whoever uploads chooses the values. Empty if there are
 * none, absent in notices of earlier releases. */
export type Context = Record<string, string>;

/** One stored file. Its key never changes its meaning, so caches can keep it indefinitely. Only if a preset of the
 * stack switches the rendition off, there is no file: all texts but the note are empty and all numbers 0. */
export interface Rendition {
  /** Bucket of the file; empty if there is none. */
  bucket: string;
  /** Object key, {original key}/{version}/{rendition}.{ext}; at most 1,024 bytes of UTF-8, not URL-encoded. Use it as
   * it is and do not construct it: a very long original key is shortened. Empty if there is no file. */
  key: string;
  /** In pixels; 0 if there is no file. */
  width: number;
  /** In pixels; 0 if there is no file. */
  height: number;
  /** Size of the file, in bytes; 0 if there is none. */
  bytes: number;
  /** Media type of the file, the same as its Content-Type on S3; empty if there is none. The list is open. */
  content_type: "image/webp" | "image/jpeg" | "image/png" | "image/avif" | "" | (string & {});
  /** What was left out and why, for example the watermark of a very small image; usually empty. Begins with Skipped
   * if a preset switches the rendition off. */
  note: string;
  /** The further pages of a TIFF that have a file, as ranges; empty if there are none. The key of page 2 has -p0002
   * before the dot of the extension. Absent in notices of earlier releases. */
  pages?: string;
}

/** The stored files, by name. There may be others besides these, and some without a file if a preset of the stack
 * switches them off. */
export interface Renditions {
  thumbnail: Rendition;
  medium: Rendition;
  large: Rendition;
  watermark: Rendition;
  [name: string]: Rendition;
}

/** The Step Functions execution that processed the image. */
export interface Execution {
  /** Identifies the execution. A notice that is delivered twice has the same execution ARN and status. */
  arn: string;
  /** Opens the execution in the console, for those who can sign in to the account. */
  console_url: string;
  /** When the execution claimed the image, UTC. */
  started_at: string;
  /** When the record got this status, UTC. */
  completed_at: string;
}

/** All renditions are stored and can be read. */
export interface CompletedNotice {
  /** Version of this schema. It changes only if a reader of the old version would misread the document. */
  schema_version: "1";
  status: "COMPLETED";
  /** What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
   * makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
   * notices of earlier releases. */
  origin?: "upload" | "backfill" | "reconciliation" | (string & {});
  image: MeasuredImage;
  context?: Context;
  renditions: Renditions;
  execution: Execution;
}

/** The original, without facts: it was not measured or cannot be used. */
export interface Image {
  /** The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
   * not URL-encoded. */
  uri: string;
  /** ETag of the original, without quotation marks. */
  etag: string;
}

/** Always an empty object. */
export type NoRenditions = Record<string, never>;

/** The earlier upload under this key whose renditions are still in use. Both fields are empty if there is none. The
 * record names its renditions. */
export interface Served {
  /** ETag of that upload. Also empty if a release before this field existed has processed it. */
  etag: string;
  /** Its version, which is part of each rendition's key. Empty: no image is served under this key. */
  version: string;
}

/** Why the original cannot be used. */
export interface ReasonOfARejection {
  /** For programs. EmptyFile: no bytes. FileTooLarge: too many bytes. ObjectArchived: in an archive storage class of
   * S3. ObjectEncrypted: encrypted with a key of the uploader (SSE-C). MalwareFound: the malware scan found a threat.
   * ScanUnsupported: cannot be scanned for malware. UnsupportedFormat: not an image of an accepted format.
   * SideTooLong: a side has too many pixels. TooManyPixels: width × height is too large. TooManyFrames: too many
   * frames, or too many pixels in all frames. TooManyScans: too many scans in a JPEG. MetadataTooLarge: too much
   * metadata, or too many parts. InvalidFraming: the focus or the crop in the metadata of the object is wrong.
   * UnknownPreset: the metadata of the object names a preset that does not exist. TooMuchMemory: decoding needs too
   * much memory. CorruptImage: damaged or truncated. The list is open. */
  code: "EmptyFile" | "FileTooLarge" | "ObjectArchived" | "ObjectEncrypted" | "MalwareFound" | "ScanUnsupported" | "UnsupportedFormat" | "SideTooLong" | "TooManyPixels" | "TooManyFrames" | "TooManyScans" | "MetadataTooLarge" | "InvalidFraming" | "UnknownPreset" | "TooMuchMemory" | "CorruptImage" | (string & {});
  /** For people. Its wording may change; programs use the code. */
  sentence: string;
}

/** The original cannot be used. The uploader must upload a corrected file. */
export interface RejectedNotice {
  /** Version of this schema. It changes only if a reader of the old version would misread the document. */
  schema_version: "1";
  status: "REJECTED";
  /** What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
   * makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
   * notices of earlier releases. */
  origin?: "upload" | "backfill" | "reconciliation" | (string & {});
  image: Image;
  context?: Context;
  renditions: NoRenditions;
  served: Served;
  reason: ReasonOfARejection;
  execution: Execution;
}

/** What went wrong, to quote to the operators. */
export interface ReasonOfAFailure {
  /** Name of the error with which the execution ended, or TIMED_OUT or ABORTED if it had none. The list is open. */
  code: string;
  /** For people. Its wording may change; programs use the code. */
  sentence: string;
}

/** The pipeline failed; the file was not rejected. After the operators have removed the cause and redriven the
 * execution, a completed notice follows. */
export interface FailedNotice {
  /** Version of this schema. It changes only if a reader of the old version would misread the document. */
  schema_version: "1";
  status: "FAILED";
  /** What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
   * makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
   * notices of earlier releases. */
  origin?: "upload" | "backfill" | "reconciliation" | (string & {});
  image: Image;
  context?: Context;
  renditions: NoRenditions;
  served: Served;
  reason: ReasonOfAFailure;
  execution: Execution;
}

/** The deleted original. */
export interface DeletedImage {
  /** The original as s3://bucket/key, which identifies the image and is the partition key of its record. The key is
   * not URL-encoded. */
  uri: string;
  /** When the original was deleted, UTC, from the S3 event. */
  deleted_at: string;
}

/** The original was deleted, and so were the renditions of all its versions. Caches may still contain some. */
export interface DeletedNotice {
  /** Version of this schema. It changes only if a reader of the old version would misread the document. */
  schema_version: "1";
  status: "DELETED";
  /** What started the execution. upload: the event of S3 about an upload or a deletion. backfill: a backfill, which
   * makes renditions again. reconciliation: the search for what no event has started. The list is open; absent in
   * notices of earlier releases. */
  origin?: "upload" | "backfill" | "reconciliation" | (string & {});
  image: DeletedImage;
  context?: Context;
  renditions: NoRenditions;
  execution: Execution;
}

/** The JSON document that the notifications topic sends once per image that is completed, rejected, failed or
 * deleted. Version 1 may gain fields, renditions, statuses, reason codes, formats and media types. Fields are
 * removed, renamed or given another meaning only under a new schema_version. So ignore fields and notices with a
 * status that you do not know, and refuse a schema_version that you do not know. */
export type Notice = CompletedNotice | RejectedNotice | FailedNotice | DeletedNotice;
