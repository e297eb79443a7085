// The details of one state: input, output, what happened, its definition and its events.

import { logsLink } from "./links.js";
import { copyButton, element, facts, tabBar } from "./dom.js";
import { serviceOf } from "./drawing.js";
import { stateIn } from "./history.js";
import { figure, pictureOf } from "./pictures.js";
import { isolated, pretty, printableLines } from "./printable.js";
import { badge } from "./statuses.js";
import { eventsTable } from "./tables.js";
import { duration, moment, seconds } from "./times.js";

const TABS = [
  ["output", "Output"],
  ["input", "Input"],
  ["details", "Details"],
  ["definition", "Definition"],
  ["events", "Events"],
];

/** The panel of the state `name`, or of no state. `link` makes addresses of the page with other parameters. */
export function panel(found, visits, name, tab, link) {
  if (!name)
    return element(
      "aside",
      { className: "panel empty" },
      element("p", { className: "quiet" }, "Choose a state to see its input, output and errors."),
    );
  const visit = visits.get(name),
    state = stateIn(found.definition, name);
  const current = TABS.some(([one]) => one === tab)
    ? tab
    : ["FAILED", "CAUGHT"].includes(visit?.status)
      ? "details"
      : "output";
  return element(
    "aside",
    { className: "panel", "aria-label": `State ${name}` },
    element(
      "header",
      {},
      element("h2", {}, isolated(name)),
      visit ? badge(visit.status) : element("span", { className: "badge none" }, "Not reached"),
      element("a", { className: "close", href: link({ state: "", tab: "" }), "aria-label": "Close the details" }, "×"),
    ),
    visit?.error && problemOf(visit),
    tabBar("Details of the state", TABS, current, (one) => link({ tab: one })),
    element("div", { className: "tab" }, content(current, { found, visit, state, name, link })),
  );
}

export const problemOf = ({ error, cause, advice, status }) =>
  element(
    "div",
    { className: `callout ${status === "FAILED" ? "failed" : "caught"}` },
    element("strong", {}, isolated(error)),
    cause && element("p", {}, printableLines(cause)),
    advice && element("p", { className: "advice" }, advice),
  );

function content(tab, { found, visit, state, name, link }) {
  if (tab === "definition") return json(state, "The definition does not have this state.");
  if (!visit) return element("p", { className: "quiet" }, "The execution has not reached this state.");
  if (tab === "events") return eventsTable(found, link, name);
  if (tab === "input") return json(visit.input, "The input was not recorded.");
  if (tab === "details") return details(visit, state, found);
  const picture = pictureOf(visit);
  return [
    picture && figure(name, picture),
    json(
      visit.output,
      visit.left
        ? "The output was not recorded."
        : "There is no output, because the execution did not leave this state.",
    ),
  ];
}

function details(visit, state, { execution }) {
  const end = visit.left ?? (execution.status === "RUNNING" ? null : execution.stopped);
  return facts([
    ["Type", state ? [state.Type, state.Type === "Task" ? ` (${serviceOf(state)})` : ""] : ""],
    ["Resource", state?.Resource],
    ["In", visit.within],
    ["Entered", moment(visit.entered, { precise: true })],
    ["Left", visit.left ? moment(visit.left, { precise: true }) : "not left"],
    ["Duration", duration(seconds(visit.entered, end))],
    ["Retries", String(visit.retries)],
    ["Visits", visit.count > 1 ? String(visit.count) : ""],
    ["Error", visit.error && isolated(visit.error)],
    ["Cause", visit.cause && printableLines(visit.cause)],
    ["Time limit", state?.TimeoutSeconds && `${state.TimeoutSeconds} s`],
    ["Comment", state?.Comment],
    ["Log", logsLink(state, execution)],
  ]);
}

/** A found with a button that copies it. */
export function json(value, sentence) {
  const words = pretty(value);
  if (!words) return element("p", { className: "quiet" }, sentence);
  return element(
    "div",
    { className: "json" },
    copyButton(words, "Copy the document"),
    element("pre", { tabIndex: 0 }, words),
  );
}
