// What happened to executions and states: the words and colours of the Step Functions console.

import { element, svg } from "./dom.js";

// kind: the colour, and the class in the style sheet. icon: a path on a 16 × 16 grid, because colour alone says nothing
// to some people.
const ICONS = {
  running: "M8 2a6 6 0 1 1-6 6M8 5v3l2 2",
  succeeded: "M3 8.5l3.2 3.2L13 5",
  failed: "M4 4l8 8M12 4l-8 8",
  caught: "M8 3v6M8 12.4v.1",
  cancelled: "M3.5 8h9",
  skipped: "M3 4l5 4-5 4M12.5 4v8",
};
const STATUSES = {
  RUNNING: ["In progress", "running"],
  PENDING_REDRIVE: ["Pending redrive", "running"],
  SUCCEEDED: ["Succeeded", "succeeded"],
  FAILED: ["Failed", "failed"],
  TIMED_OUT: ["Timed out", "failed"],
  CAUGHT: ["Caught error", "caught"],
  ABORTED: ["Aborted", "cancelled"],
  SKIPPED: ["Skipped by the preset", "skipped"],
};
const RECORDS = {
  COMPLETED: "succeeded",
  REJECTED: "caught",
  FAILED: "failed",
  PROCESSING: "running",
  DELETED: "cancelled",
  DELETING: "running",
};

export const label = (status) => STATUSES[status]?.[0] ?? status;
export const kind = (status) => STATUSES[status]?.[1] ?? "none";
export const isRunning = (status) => kind(status) === "running";
export const isFailed = (status) => ["FAILED", "TIMED_OUT", "ABORTED"].includes(status);

/** The icon of a status as an SVG path, for a badge or a node of the graph. */
export const statusPath = (name) =>
  svg("path", {
    d: ICONS[name],
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });

function badgeOf(name, words) {
  const picture = ICONS[name]
    ? svg("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, statusPath(name))
    : "";
  return element("span", { className: `badge ${name}` }, picture, words);
}

/** The badge of an execution or a state. */
export const badge = (status) => badgeOf(kind(status), label(status));

/** The badge of a record. */
export const recordBadge = (status) => badgeOf(RECORDS[status] ?? "none", status);

/** The legend of the graph. */
export const legend = () =>
  element(
    "ul",
    { className: "legend", "aria-label": "Legend" },
    [
      ["running", "In progress"],
      ["succeeded", "Succeeded"],
      ["failed", "Failed"],
      ["caught", "Caught error"],
      ["cancelled", "Aborted"],
      ["skipped", "Skipped by the preset"],
      ["none", "Not reached"],
    ].map(([name, words]) => element("li", {}, badgeOf(name, words))),
  );
