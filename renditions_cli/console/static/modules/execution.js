// The page of one execution.

import { actionButtons } from "./actions.js";
import { api } from "./api.js";
import { copyButton, element, tabBar } from "./dom.js";
import { draw, nodeWidth } from "./drawing.js";
import { exportSvg } from "./export.js";
import { lastVisits, takenTransitions } from "./history.js";
import { arrange } from "./layout.js";
import { executionLink, listLink } from "./list.js";
import { noticesView } from "./notices.js";
import { json, panel } from "./panel.js";
import { figure, identity, isSmall, load, loaded, pictureOf } from "./pictures.js";
import { isolated, keyOf } from "./printable.js";
import { badge, isRunning, legend } from "./statuses.js";
import { notes, summary } from "./summary.js";
import { eventsTable, statesTable } from "./tables.js";
import { fit, keepView, zoomButtons } from "./zoom.js";

const VIEWS = [
  ["graph", "Graph"],
  ["table", "Table"],
  ["events", "Events"],
  ["data", "Input and output"],
  ["pictures", "Images"],
  ["notices", "Messages"],
  ["record", "Record"],
  ["definition", "Definition"],
];

/** Load an execution. Returns {found, show}. `page`: {stack, go(hash), report(answer), fail(problem)}. */
export async function loadExecution({ arn, ...parameters }, page) {
  const found = await api.execution(arn);
  const pictures = new Map(
    found.visits.map((visit) => [visit.state, pictureOf(visit)]).filter(([, picture]) => picture),
  );
  return { found, show: (target) => show(target, { arn, found, pictures, page, ...parameters }) };
}

/** Load the pictures that lie beside their states, and draw the page again once they are there. */
function loadPictures(target, view) {
  const missing = [...view.pictures.values()].filter((one) => isSmall(one) && !loaded(one));
  if (!missing.length) return;
  const shown = target.firstChild;
  Promise.allSettled(missing.map((one) => load(identity(one)))).then((results) => {
    if (target.firstChild === shown && results.some(({ status }) => status === "fulfilled")) show(target, view);
  });
}

function show(target, view) {
  const { found, page } = view;
  const { execution } = found;
  const current = VIEWS.some(([name]) => name === view.view) ? view.view : "graph";
  const link = (changes) =>
    linkTo({ arn: view.arn, view: current, state: view.state ?? "", tab: view.tab ?? "", ...changes });
  const visits = lastVisits(found);
  const keep = keepView(target);
  target.replaceChildren(
    element(
      "nav",
      { className: "crumbs", "aria-label": "Breadcrumb" },
      element(
        "a",
        { href: listLink({ machine: execution.machine_name ?? "image_pipeline" }) },
        execution.machine_name ?? "Executions",
      ),
      " / ",
      isolated(execution.name),
      " ",
      copyButton(execution.arn, "Copy the ARN", "Copy ARN"),
    ),
    element(
      "div",
      { className: "heading execution" },
      element("h1", {}, execution.image ? isolated(keyOf(execution.image)) : isolated(execution.name)),
      badge(execution.status),
      element("div", { className: "buttons" }, actionButtons(found, page.stack.read_only, page.report, page.fail)),
    ),
    element("div", { className: "notes" }, notes(found)),
    summary(found, page.stack),
    tabBar("Views", VIEWS, current, (name) => link({ view: name })),
    element("section", { className: `view ${current}` }, contents(current, { ...view, visits, link })),
  );
  keep();
  if (current === "graph") loadPictures(target, view);
}

const linkTo = ({ arn, view, state, tab }) => {
  const wanted = [
    ["view", view === "graph" ? "" : view],
    ["state", state],
    ["tab", tab],
  ].filter(([, value]) => value);
  return `${executionLink(arn)}${wanted.length ? `?${new URLSearchParams(wanted)}` : ""}`;
};

function contents(current, view) {
  const { found, link, state } = view;
  const { execution } = found;
  const beside = () => panel(found, view.visits, state, view.tab, link);
  switch (current) {
    case "graph":
      return [graphView(view), beside()];
    case "table":
      return [statesTable(found, link, state), state ? beside() : ""];
    case "events":
      return eventsTable(found, link);
    case "data":
      return [
        element("div", {}, element("h2", {}, "Input"), json(execution.input, "The input was not recorded.")),
        element(
          "div",
          {},
          element("h2", {}, "Output"),
          json(
            execution.output,
            isRunning(execution.status) ? "The execution is still running." : "There is no output.",
          ),
        ),
      ];
    case "pictures":
      return picturesView(view);
    case "notices":
      return noticesView(found);
    case "record":
      return [
        found.record ? json(found.record) : element("p", { className: "quiet" }, "There is no record of this image."),
      ];
    default:
      return json(found.definition, "The definition is not available.");
  }
}

function graphView({ found, visits, pictures, state, link, page, arn }) {
  if (!found.definition) return element("p", { className: "quiet" }, "There is no graph. The table shows the states.");
  const urls = new Map([...pictures].map(([name, one]) => [name, loaded(one)]).filter(([, url]) => url));
  const width = (name, type) => nodeWidth(name, type, visits.get(name), urls.has(name));
  const graph = draw(arrange(found.definition, width), {
    visits,
    taken: takenTransitions(found),
    pictures: urls,
    selected: state,
    select: (name) => page.go(link({ state: name === state ? "" : name })),
  });
  const canvas = element("div", { className: "canvas", tabIndex: -1 }, graph);
  fit(canvas, graph, arn);
  return element(
    "div",
    { className: "drawing" },
    element(
      "div",
      { className: "tools" },
      legend(),
      zoomButtons(canvas, graph, arn),
      element(
        "button",
        { type: "button", className: "small", onclick: () => exportSvg(graph, found.execution.name).catch(page.fail) },
        "Save as SVG",
      ),
    ),
    canvas,
  );
}

function picturesView({ found, pictures }) {
  const { original } = found.execution;
  const figures = [...pictures].filter(([, picture]) => picture.uri !== original?.uri);
  const measured = [...pictures.values()].find((picture) => picture.uri === original?.uri);
  const all = [...(original ? [["Original", { ...measured, ...original }]] : []), ...figures];
  return all.length
    ? element(
        "div",
        { className: "figures" },
        all.map(([name, one]) => figure(name, one)),
      )
    : element("p", { className: "quiet" }, "This execution does not concern an image.");
}
