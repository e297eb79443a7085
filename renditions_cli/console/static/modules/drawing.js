// Drawing an arranged machine as SVG, coloured by what happened in one execution.

import { svg } from "./dom.js";
import { END, START } from "./layout.js";
import { printable } from "./printable.js";
import { kind, label, statusPath } from "./statuses.js";
import { duration, seconds } from "./times.js";

const NAMES = { [START]: "Start", [END]: "End" };

/** The width that a state needs for its name and what happened in it, `visit`, and perhaps for a picture. */
export const nodeWidth = (name, state, visit, hasPicture) =>
  Math.max(132, 7.4 * name.length + 50, 6.1 * subtitle({ state }, visit).length + 26) + (hasPicture ? 40 : 0);

/**
 * Return the SVG element. `visits`: the last visit of each state by name, with `count`. `taken`: the transitions that
 * happened, as "from\nto". `pictures`: addresses by name of state. `select(name)` is called for a state.
 */
export function draw(arranged, { visits, taken, pictures, selected, select }) {
  // An error that is caught may lead to the same state as success does.
  const isTaken = (edge) =>
    taken.has(pair(edge)) && (edge.kind === "catch") === (visits.get(edge.from)?.status === "CAUGHT");
  const lines = [...arranged.edges].sort((one, other) => isTaken(one) - isTaken(other));
  return svg(
    "svg",
    {
      class: "machine",
      viewBox: `0 0 ${arranged.width} ${arranged.height}`,
      width: arranged.width,
      height: arranged.height,
      role: "group",
      "aria-label": "Graph of the state machine",
    },
    svg("defs", {}, arrowHead("tip", "line"), arrowHead("tip-taken", "line taken")),
    arranged.nodes.filter((one) => one.isGroup).map((one) => drawNode(one)),
    lines.map((one) => drawEdge(one, isTaken(one))),
    arranged.nodes.filter((one) => !one.isGroup).map((one) => drawNode(one)),
  );

  function drawNode(node) {
    if (NAMES[node.name]) return drawEnd(node, taken);
    const visit = visits.get(node.name);
    const status = visit ? kind(visit.status) : "none";
    const picture = node.isGroup ? null : pictures.get(node.name);
    const middle = picture ? 52 : 12;
    const shape = svg(
      "g",
      {
        class: `node ${status}${node.isGroup ? " group" : ""}${selected === node.name ? " selected" : ""}`,
        transform: `translate(${node.x} ${node.y})`,
        tabindex: 0,
        role: "button",
        "data-state": node.name,
        "aria-pressed": String(selected === node.name),
        "aria-label": described(node, visit),
      },
      svg("title", {}, described(node, visit)),
      svg("rect", { width: node.width, height: node.height, rx: 8 }),
      picture &&
        svg("image", { href: picture, x: 6, y: 6, width: 38, height: 36, preserveAspectRatio: "xMidYMid slice" }),
      svg(
        "text",
        { x: middle, y: 20 },
        svg("tspan", { class: "name" }, printable(node.name)),
        svg("tspan", { class: "sub", ...(node.isGroup ? { dx: 8 } : { x: middle, y: 37 }) }, subtitle(node, visit)),
      ),
      visit && svg("g", { class: "mark", transform: `translate(${node.width - 22} 6)` }, statusPath(status)),
    );
    shape.addEventListener("click", (event) => {
      event.stopPropagation();
      select(node.name);
    });
    shape.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) focusNext(event.currentTarget, step);
      else if (event.key === "Enter" || event.key === " ") select(node.name);
      else return;
      event.preventDefault();
    });
    return shape;
  }
}

/** Move the focus to the next or the previous state that was reached, or to any if none was. */
function focusNext(shape, step) {
  const all = [...shape.ownerSVGElement.querySelectorAll(".node")];
  const reached = all.filter((one) => one === shape || !one.classList.contains("none"));
  const from = reached.length > 1 ? reached : all;
  from[(from.indexOf(shape) + step + from.length) % from.length].focus();
}

const pair = ({ from, to }) => `${from}\n${to}`;

function described(node, visit) {
  const name = printable(node.name),
    type = node.state?.Type ?? "";
  if (!visit) return `${name}, ${type}, not reached`;
  const retried = visit.retries ? `, ${visit.retries} ${visit.retries === 1 ? "retry" : "retries"}` : "";
  return `${name}, ${type}, ${label(visit.status)}${retried}${visit.error ? `, ${printable(visit.error)}` : ""}`;
}

function subtitle(node, visit) {
  const type = serviceOf(node.state);
  if (!visit) return type;
  const parts = [type];
  if (!["Choice", "Pass", "Succeed", "Fail"].includes(node.state?.Type))
    parts.push(duration(seconds(visit.entered, visit.left ?? visit.until)));
  if (visit.retries) parts.push(`${visit.retries} ${visit.retries === 1 ? "retry" : "retries"}`);
  if (visit.count > 1) parts.push(`${visit.count} times`);
  return parts.join(" · ");
}

/** The service of a task (lambda, dynamodb, sns), or the type of another state. */
export function serviceOf(state) {
  if (state?.Type !== "Task") return state?.Type ?? "";
  const parts = String(state.Resource ?? "").split(":");
  const isIntegration = parts[2] === "states"; // arn:aws:states:::sns:publish, arn:aws:states:::aws-sdk:s3:getObject
  return isIntegration ? parts[parts[5] === "aws-sdk" ? 6 : 5] : (parts[2] ?? "Task");
}

function drawEnd(node, taken) {
  const isReached = [...taken].some((one) => one.startsWith(`${node.name}\n`) || one.endsWith(`\n${node.name}`));
  return svg(
    "g",
    { class: `terminal${isReached ? " reached" : ""}`, transform: `translate(${node.x} ${node.y})` },
    svg("rect", { width: node.width, height: node.height, rx: node.height / 2 }),
    svg("text", { x: node.width / 2, y: node.height / 2 + 4, "text-anchor": "middle" }, NAMES[node.name]),
  );
}

function drawEdge(edge, isTaken) {
  return svg(
    "path",
    {
      class: `line ${edge.kind}${isTaken ? " taken" : ""}`,
      d: curve(edge.points),
      fill: "none",
      "marker-end": `url(#${isTaken ? "tip-taken" : "tip"})`,
    },
    edge.label && svg("title", {}, printable(edge.label)),
  );
}

/** A smooth path through points. */
function curve(points) {
  const [first, ...others] = points;
  const at = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const between = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
  let path = `M${at(first)}`;
  others.slice(0, -1).forEach((point, index) => {
    path += `Q${at(point)} ${at(index === others.length - 2 ? others.at(-1) : between(point, others[index + 1]))}`;
  });
  return others.length === 1 ? `${path}L${at(others[0])}` : path;
}

const arrowHead = (id, className) =>
  svg(
    "marker",
    {
      id,
      class: className,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      orient: "auto",
      markerUnits: "userSpaceOnUse",
    },
    svg("path", { d: "M0 0L8 4L0 8Z", class: "head" }),
  );
