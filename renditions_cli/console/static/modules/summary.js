// What an execution is, and what must be said first about it.

import { element, facts } from "./dom.js";
import { objectLink, recordLink } from "./links.js";
import { executionLink } from "./list.js";
import { problemOf } from "./panel.js";
import { isolated, printable, printableLines } from "./printable.js";
import { recordBadge } from "./statuses.js";
import { duration, moment, seconds } from "./times.js";

/** What must be said first: the error and what to do about it, another stack, a definition that is gone. */
export function notes({ execution, failure, definition_error: noDefinition, record_error: noRecord, visits }) {
  const where = visits
    .filter(({ status }) => status === "FAILED")
    .map(({ state, within }) => (within ? `${within} / ${state}` : state))
    .at(-1);
  return [
    !execution.machine_name &&
      element(
        "p",
        { className: "callout caught" },
        "This execution belongs to a state machine of another stack. The page shows it, but cannot change it.",
      ),
    failure &&
      element(
        "div",
        { className: "callout failed" },
        element("strong", {}, isolated(execution.error || execution.status), where && [" in ", isolated(where)]),
        execution.cause && element("p", {}, printableLines(execution.cause)),
        failure.repaired
          ? element("p", { className: "repaired" }, printable(failure.repaired))
          : element("p", { className: "advice" }, printable(failure.advice)),
        failure.note && element("p", {}, printable(failure.note)),
      ),
    ...visits.filter(({ status }) => status === "CAUGHT").map(problemOf),
    noDefinition && element("p", { className: "callout caught" }, printable(noDefinition)),
    noRecord && element("p", { className: "callout caught" }, "The record cannot be read: ", printable(noRecord)),
  ];
}

/** The facts of an execution and of its image. */
export function summary({ execution, record }, stack) {
  const linkTo = (arn) =>
    arn && arn !== execution.arn && element("a", { href: executionLink(arn) }, isolated(arn.split(":").at(-1)));
  return facts([
    ["Started", moment(execution.started, { precise: true })],
    ["Ended", execution.stopped ? moment(execution.stopped, { precise: true }) : "still running"],
    ["Duration", duration(seconds(execution.started, execution.stopped))],
    ["Image", execution.image && [isolated(execution.image), " ", objectLink(execution.image)], "wide"],
    [
      "Record",
      record && [
        recordBadge(record.status),
        " ",
        record.reason ? isolated(record.reason) : "",
        " ",
        recordLink(stack.images_table, execution.image),
      ],
      "wide",
    ],
    ["Owner of the record", linkTo(record?.execution_arn)],
    ["Reports the execution", linkTo(execution.reports)],
    ["Reported by", linkTo(record?.settled_by)],
    ["Redrives", execution.redrives ? String(execution.redrives) : ""],
    [
      "AWS console",
      execution.console_url &&
        element("a", { href: execution.console_url, target: "_blank", rel: "noreferrer" }, "Open in Step Functions"),
    ],
  ]);
}
