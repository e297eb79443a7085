// Zoom of the graph: it fits the window until the operator chooses otherwise, and stays when the page is drawn again.

import { element } from "./dom.js";

const LEAST = 0.25,
  MOST = 2,
  READABLE = 0.8;
const WHOLE = "whole"; // always as wide as the window
const chosen = new Map(), // by execution: a factor, or WHOLE
  seen = new Set();

/** Give the graph its size: the chosen one, or the whole width if that is readable. */
export function fit(canvas, graph, key) {
  const apply = () => scale(graph, factorFor(canvas, graph, chosen.get(key)));
  requestAnimationFrame(() => {
    apply();
    if (!seen.has(key)) center(canvas, graph);
    seen.add(key);
  });
  new ResizeObserver(apply).observe(canvas);
}

/** Scroll to the state that matters most: the chosen one, or where the execution failed or is. */
function center(canvas, graph) {
  const node = [".selected", ".failed:not(.group)", ".running:not(.group)", ".caught:not(.group)"]
    .map((one) => graph.querySelector(one))
    .find(Boolean);
  if (!node) return;
  const { left, width } = node.getBoundingClientRect(),
    frame = canvas.getBoundingClientRect();
  canvas.scrollLeft += left + width / 2 - (frame.left + frame.width / 2);
}

const natural = (graph) => graph.viewBox.baseVal;

function factorFor(canvas, graph, choice) {
  if (typeof choice === "number") return choice;
  const whole = Math.min(1, (canvas.clientWidth - 16) / natural(graph).width);
  return choice === WHOLE ? whole : Math.max(READABLE, whole);
}

function scale(graph, factor) {
  graph.setAttribute("width", natural(graph).width * factor);
  graph.setAttribute("height", natural(graph).height * factor);
}

export function zoomButtons(canvas, graph, key) {
  const current = () => graph.width.baseVal.value / natural(graph).width;
  const choose = (choice) => {
    chosen.set(key, choice);
    scale(graph, factorFor(canvas, graph, choice));
  };
  const set = (factor) => choose(Math.min(MOST, Math.max(LEAST, factor)));
  const button = (words, label, act) =>
    element("button", { type: "button", className: "small", title: label, "aria-label": label, onclick: act }, words);
  return element(
    "div",
    { className: "zoom", role: "group", "aria-label": "Zoom" },
    button("−", "Smaller", () => set(current() / 1.25)),
    button("+", "Larger", () => set(current() * 1.25)),
    button("Fit", "Fit the window", () => choose(WHOLE)),
  );
}

/** Remember what is scrolled and focused. Returns a function that restores it after the page was drawn again. */
export function keepView(target) {
  const scrolled = [".canvas", ".panel .tab", ".sheet"]
    .map((one) => [one, target.querySelector(one)])
    .filter(([, found]) => found)
    .map(([one, found]) => [one, found.scrollLeft, found.scrollTop]);
  const open = [...target.querySelectorAll("details")].map((one) => one.open);
  const sameAs = target.contains(document.activeElement) ? likeness(document.activeElement) : null;
  return () => {
    [...target.querySelectorAll("details")].forEach((one, index) => (one.open = open[index] ?? false));
    if (sameAs) [...target.querySelectorAll(FOCUSABLE)].find(sameAs)?.focus({ preventScroll: true });
    requestAnimationFrame(() => scrolled.forEach(([one, left, top]) => target.querySelector(one)?.scrollTo(left, top)));
  };
}

const FOCUSABLE = "[data-state], a, button, summary, pre";

/** What tells an element after the page was drawn again that it is the same as this one. */
function likeness(element) {
  const traits = (one) => [
    one.tagName,
    one.dataset.state,
    one.getAttribute("href"),
    one.dataset.state ? "" : one.textContent,
  ];
  const wanted = String(traits(element));
  return (one) => String(traits(one)) === wanted;
}
