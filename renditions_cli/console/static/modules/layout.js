// From a definition in the Amazon States Language to positions of its states and arrows.
//
// dagre arranges one level at a time: a Parallel or Map state is first arranged inside, and then is one large node of
// the level above, so that arrows to and from it need no special treatment.

import { Graph, layout } from "../vendor/dagre/dagre.esm.js";

const HEIGHT = 48,
  PADDING = 14,
  HEADING = 30,
  CIRCLE = 44;
export const START = "\u0000start",
  END = "\u0000end";

/** Return {width, height, nodes, edges}. `widthOf(name, state)`: the width that a state needs for its text. */
export function arrange(definition, widthOf) {
  return level(definition.States ?? {}, definition.StartAt, widthOf, true);
}

function level(states, startAt, widthOf, isOutermost) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 34, edgesep: 14, marginx: 6, marginy: 6 });
  const insides = {};
  for (const [name, state] of Object.entries(states)) {
    insides[name] = branchesOf(state) && sideBySide(branchesOf(state), widthOf);
    graph.setNode(
      name,
      insides[name]
        ? aroundBranches(insides[name], widthOf(name, state))
        : { width: widthOf(name, state), height: HEIGHT },
    );
  }
  if (isOutermost) addEnds(graph, states, startAt);
  for (const [name, state] of Object.entries(states)) {
    for (const [number, one] of transitions(state).entries()) {
      if (states[one.to] || (isOutermost && one.to === END))
        graph.setEdge(name, one.to, { kind: one.kind, label: one.label }, `${number}`);
    }
  }
  layout(graph);
  return positions(graph, states, insides);
}

function addEnds(graph, states, startAt) {
  graph.setNode(START, { width: CIRCLE, height: CIRCLE - 14 });
  graph.setNode(END, { width: CIRCLE, height: CIRCLE - 14 });
  if (states[startAt]) graph.setEdge(START, startAt, { kind: "next", label: "" }, "start");
}

const branchesOf = (state) => {
  if (state.Type === "Parallel") return state.Branches ?? [];
  return state.Type === "Map" ? [state.ItemProcessor ?? state.Iterator ?? {}] : null;
};

/** Arrange the branches of a state next to each other. */
function sideBySide(branches, widthOf) {
  const arranged = branches.map((one) => level(one.States ?? {}, one.StartAt, widthOf, false));
  let across = PADDING;
  const nodes = [],
    edges = [];
  for (const one of arranged) {
    nodes.push(...one.nodes.map((node) => ({ ...node, x: node.x + across, y: node.y + HEADING })));
    edges.push(
      ...one.edges.map((edge) => ({
        ...edge,
        points: edge.points.map(({ x, y }) => ({ x: x + across, y: y + HEADING })),
      })),
    );
    across += one.width + PADDING;
  }
  return { nodes, edges, width: across, height: Math.max(0, ...arranged.map((one) => one.height)) + HEADING + PADDING };
}

const aroundBranches = (inside, narrowest) => ({ width: Math.max(inside.width, narrowest), height: inside.height });

/** Collect the nodes and edges of a level and of what is inside its nodes. `x` and `y` are the upper left corner. */
function positions(graph, states, insides) {
  const nodes = [],
    edges = [];
  for (const name of graph.nodes()) {
    const { x, y, width, height } = graph.node(name);
    const corner = { x: x - width / 2, y: y - height / 2 };
    nodes.push({ name, state: states[name], ...corner, width, height, isGroup: Boolean(insides[name]) });
    const shift = (point) => ({ x: point.x + corner.x, y: point.y + corner.y });
    nodes.push(...(insides[name]?.nodes ?? []).map((node) => ({ ...node, ...shift(node) })));
    edges.push(...(insides[name]?.edges ?? []).map((edge) => ({ ...edge, points: edge.points.map(shift) })));
  }
  for (const one of graph.edges()) {
    edges.push({ from: one.v, to: one.w, ...graph.edge(one) });
  }
  const { width, height } = graph.graph();
  return { nodes, edges, width, height };
}

/** Return where a state leads to: [{to, kind, label}]; kind: next, choice or catch. */
export function transitions(state) {
  const ends = state.End || state.Type === "Succeed" || state.Type === "Fail";
  return [
    ...(state.Choices ?? []).map((one) => ({ to: one.Next, kind: "choice", label: condition(one) })),
    ...(state.Default ? [{ to: state.Default, kind: "choice", label: "Default" }] : []),
    ...(state.Next ? [{ to: state.Next, kind: "next", label: "" }] : []),
    ...(ends ? [{ to: END, kind: "next", label: "" }] : []),
    ...(state.Catch ?? []).map((one) => ({
      to: one.Next,
      kind: "catch",
      label: `Catch ${(one.ErrorEquals ?? []).join(", ")}`,
    })),
  ];
}

/** A rule of a Choice state as one line. */
export function condition(rule) {
  for (const [name, word] of [
    ["And", " and "],
    ["Or", " or "],
  ]) {
    if (rule[name]) return rule[name].map(condition).join(word);
  }
  if (rule.Not) return `not (${condition(rule.Not)})`;
  if (typeof rule.Condition === "string") return rule.Condition; // JSONata
  const [operator, value] = Object.entries(rule).find(
    ([name]) => !["Variable", "Next", "Comment", "Assign"].includes(name),
  ) ?? ["", ""];
  return `${rule.Variable ?? ""} ${operator} ${JSON.stringify(value)}`;
}
