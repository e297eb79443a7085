// The states of an execution as a table with a timeline, and its events.

import { element } from "./dom.js";
import { serviceOf } from "./drawing.js";
import { stateIn, statesOfEvents } from "./history.js";
import { isolated, pretty, printable } from "./printable.js";
import { badge, kind } from "./statuses.js";
import { clock, duration, moment, seconds } from "./times.js";

/** The table view: one row for each visit of a state, in order. */
export function statesTable(found, link, selected) {
  const { execution, definition, visits } = found;
  const whole = Math.max(seconds(execution.started, execution.stopped), 0.001);
  const rows = visits.map((visit) => {
    const end = visit.left ?? execution.stopped;
    const bar = element("div", { className: `bar ${kind(visit.status)}` });
    const start = (seconds(execution.started, visit.entered) / whole) * 100;
    bar.style.marginInlineStart = `${Math.min(start, 99.4).toFixed(2)}%`;
    bar.style.width = `max(3px, ${Math.min((seconds(visit.entered, end) / whole) * 100, 100 - start).toFixed(2)}%)`;
    const state = stateIn(definition, visit.state);
    return element(
      "tr",
      { className: visit.state === selected ? "selected" : "" },
      element(
        "td",
        { className: visit.within ? "inner" : "" },
        element("a", { href: link({ state: visit.state }) }, isolated(visit.state)),
      ),
      element("td", {}, badge(visit.status)),
      element("td", {}, state ? serviceOf(state) : ""),
      element("td", { className: "number" }, visit.retries || ""),
      element("td", { className: "number" }, clock(visit.entered)),
      element("td", { className: "number" }, duration(seconds(visit.entered, end))),
      element("td", { className: "timeline" }, bar),
    );
  });
  return sheet(
    "states",
    ["State", "Status", "Type", "Retries", "Entered", "Duration", "Timeline"],
    rows,
    "The execution has entered no state yet.",
  );
}

/** The events of the history; `only`: the name of a state, for its events. */
export function eventsTable({ execution, events, visits }, link, only) {
  const states = statesOfEvents({ events, visits });
  const shown = only ? events.filter(({ id }) => states.get(id) === only) : events;
  const rows = shown.map(({ id, type, time, details }) => {
    const state = states.get(id) ?? "";
    return element(
      "tr",
      {},
      element("td", { className: "number" }, String(id)),
      element("td", {}, eventDetails(type, details)),
      !only && element("td", {}, state && element("a", { href: link({ state, view: "graph" }) }, isolated(state))),
      element("td", {}, printable(resourceOf(details))),
      element("td", { className: "number" }, duration(seconds(execution.started, time))),
      element("td", { className: "number" }, only ? clock(time) : moment(time, { precise: true })),
    );
  });
  const names = ["ID", "Type", only ? null : "State", "Resource", "Since start", "Time"].filter(Boolean);
  return sheet("events", names, rows, "There are no events.");
}

const resourceOf = ({ resource = "", resourceType = "" }) =>
  resource.startsWith("arn:")
    ? resource.split(":").slice(5).join(":")
    : [resourceType, resource].filter(Boolean).join(":");

function eventDetails(type, details) {
  if (!Object.keys(details).length) return type;
  return element("details", {}, element("summary", {}, type), element("pre", {}, pretty(unfolded(details))));
}

/** Details with the JSON texts in them as documents, which are easier to read. */
function unfolded(details) {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => {
      if (!["input", "output", "parameters", "cause"].includes(name)) return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

function sheet(className, names, rows, sentence) {
  const body = rows.length
    ? rows
    : [element("tr", {}, element("td", { colSpan: names.length, className: "empty" }, sentence))];
  return element(
    "div",
    { className: "sheet", tabIndex: 0, role: "region", "aria-label": className },
    element(
      "table",
      { className },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          names.map((one) => element("th", { scope: "col" }, one)),
        ),
      ),
      element("tbody", {}, body),
    ),
  );
}
