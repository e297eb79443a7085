// A consumer that knows only the types of the notice. Checked by tsc: see test_notice.py.
import type { Notice } from "../../examples/notice";
export function read(notice: Notice): string {
  switch (notice.status) {
    case "COMPLETED":
      return Object.values(notice.renditions).map((one) => one.key).join() + notice.image.width + (notice.context?.tenant ?? "");
    case "REJECTED":
      if (notice.reason.code === "EmptyFile") return "empty";
      return notice.reason.sentence + notice.served.version;
    case "FAILED":
      return notice.reason.code;
    case "DELETED":
      return notice.image.deleted_at;
    default:
      return "ignored";
  }
}
// @ts-expect-error: a deleted notice has no reason
export const wrong = (notice: Notice) => notice.status === "DELETED" && notice.reason;
const later: Notice = JSON.parse("{}") as Notice;
export const code: string = later.status === "REJECTED" ? later.reason.code : "";
