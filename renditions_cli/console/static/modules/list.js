// The list of executions of one state machine.

import { api } from "./api.js";
import { element } from "./dom.js";
import { isolated, keyOf, printable } from "./printable.js";
import { badge, isRunning, label } from "./statuses.js";
import { ago, duration, moment, seconds } from "./times.js";
import { keepView } from "./zoom.js";

const STATUSES = ["", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];
const MACHINES = {
  image_pipeline: "Each upload becomes renditions, a record and a notice.",
  image_deleted: "Each deleted original takes its renditions with it.",
  execution_failed: "Records and reports an execution that failed.",
};
let filter = "";

/** Load a page. Returns {found, show}: show(target) draws it. */
export async function loadList({ machine, status = "", next = "" }) {
  const found = await api.executions({ machine, status, next });
  return { found, show: (target) => show(target, { machine, status, next, found }) };
}

export const listLink = ({ machine, status = "", next = "" }) =>
  `#/list/${machine}?${new URLSearchParams(
    [
      ["status", status],
      ["next", next],
    ].filter(([, value]) => value),
  )}`.replace(/\?$/, "");

export const executionLink = (arn) => `#/execution/${arn}`;

/** Draw the list, or only its rows if it is there already, so that nobody loses what they type. */
function show(target, list) {
  const key = listLink(list);
  if (target.firstElementChild?.dataset.list !== key) target.replaceChildren(frame(list, key));
  const section = target.firstElementChild;
  const fill = () => {
    const keep = keepView(section);
    section.querySelector("tbody").replaceChildren(...rows(list));
    section.querySelector(".pages").replaceChildren(...pages(list));
    keep();
  };
  const input = section.querySelector("input");
  input.oninput = () => {
    filter = input.value;
    fill();
  };
  fill();
}

function frame({ machine, status }, key) {
  const choice = element(
    "select",
    { "aria-label": "Status", onchange: () => (location.hash = listLink({ machine, status: choice.value })) },
    STATUSES.map((one) =>
      element("option", { value: one, selected: one === status }, one ? label(one) : "All statuses"),
    ),
  );
  const words = "Filter this page by image or name";
  const heads = ["Image", "Status", "Started", "Ended", "Duration", "Execution"];
  return element(
    "section",
    { className: "page", "data-list": key },
    element("div", { className: "heading" }, element("h1", {}, printable(machine)), quiet(MACHINES[machine] ?? "")),
    element(
      "div",
      { className: "tools" },
      choice,
      element("input", { type: "search", value: filter, placeholder: words, "aria-label": words }),
    ),
    element(
      "div",
      { className: "sheet" },
      element(
        "table",
        { className: "list" },
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            heads.map((one) => element("th", { scope: "col" }, one)),
          ),
        ),
        element("tbody"),
      ),
    ),
    element("nav", { className: "pages", "aria-label": "Pages" }),
  );
}

const quiet = (words) => element("p", { className: "quiet" }, words);

const pages = ({ machine, status, next, found }) => [
  next
    ? element("a", { href: listLink({ machine, status }) }, "← Newest")
    : quiet("Newest first, updated while you look"),
  ...(found.next ? [element("a", { href: listLink({ machine, status, next: found.next }) }, "Older →")] : []),
];

function rows({ machine, status, next, found: { executions } }) {
  const wanted = filter.toLowerCase();
  const shown = executions.filter((one) => `${one.image ?? ""} ${one.name}`.toLowerCase().includes(wanted));
  if (shown.length) return shown.map(row);
  const sentence =
    filter && executions.length
      ? "No execution on this page matches the filter."
      : status || next
        ? "No execution has this status."
        : machine === "image_pipeline"
          ? "No executions yet. Upload an image to start one, for example with `renditions upload FILE`."
          : "No executions yet.";
  return [element("tr", {}, element("td", { colSpan: 6, className: "empty" }, sentence))];
}

function row(one) {
  const link = executionLink(one.arn);
  return element(
    "tr",
    {
      onclick: (event) => {
        if (!event.target.closest("a") && !getSelection().toString()) location.hash = link;
      },
    },
    element("td", { className: "image" }, element("a", { href: link }, imageName(one))),
    element(
      "td",
      {},
      badge(one.status),
      one.redrives ? element("small", { className: "quiet" }, ` redriven ${one.redrives} ×`) : "",
    ),
    cell("Started", moment(one.started), element("small", { className: "quiet" }, ` ${ago(one.started)}`)),
    cell("Ended", moment(one.stopped)),
    cell(
      "Duration",
      isRunning(one.status) ? `${duration(seconds(one.started))} …` : duration(seconds(one.started, one.stopped)),
    ),
    element("td", { className: "name", title: printable(one.name) }, isolated(one.name)),
  );
}

function imageName({ image }) {
  if (image) return isolated(keyOf(image));
  return image === null ? "not read yet" : "no image";
}

const cell = (name, ...children) => element("td", { "data-name": name }, ...children);
