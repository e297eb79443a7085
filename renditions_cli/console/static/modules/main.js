// Where the page begins: addresses, the header, and keeping what is shown up to date.
//
//   #/list/image_pipeline?status=FAILED&next=…
//   #/execution/arn:aws:states:…?view=table&state=Thumbnail&tab=input

import { api, keepToken } from "./api.js";
import { element } from "./dom.js";
import { loadExecution } from "./execution.js";
import { setPlace } from "./links.js";
import { executionLink, listLink, loadList } from "./list.js";
import { printableLines } from "./printable.js";
import { isRunning } from "./statuses.js";
import { toggleZone, zoneName } from "./times.js";

const RUNNING = 1000,
  LIST = 3000,
  SLOWEST = 30_000; // milliseconds between two looks
const DONE = {
  redriven: "The execution continues.",
  "started anew": "A new execution with the same input has started.",
  "sent notice": "An execution that sends the missing notice has started.",
  started: "A new execution with the same input has started.",
  stopped: "The execution is stopped.",
};
const part = (id) => document.getElementById(id);

let stack = null,
  shown = "",
  visible = "",
  lasting = "", // a problem that stays until the address changes
  timer = 0,
  wait = 0,
  turn = 0;

const route = () => {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [kind, ...rest] = path.split("/");
  const parameters = Object.fromEntries(new URLSearchParams(query));
  if (kind === "execution") return { kind, arn: decodeURIComponent(rest.join("/")), ...parameters };
  return { kind: "list", machine: stack.machines.includes(rest[0]) ? rest[0] : stack.machines[0], ...parameters };
};

const go = (hash) => (location.hash = hash);

const page = {
  get stack() {
    return stack;
  },
  go,
  fail: (problem) => warn(problem.message),
  report(answer) {
    const sentence = DONE[answer.done];
    if (!sentence) return warn(`Nothing was done. ${answer.detail}`); // refused, or nothing was left to do
    say("done", `${sentence}${answer.detail ? ` (${answer.detail})` : ""}`);
    const isHere = location.hash.split("?")[0] === executionLink(answer.arn);
    shown = executionLink(answer.arn); // the sentence stays there
    if (isHere) look();
    else go(shown);
  },
};

function say(id, words) {
  part(id).hidden = !words;
  if (part(id).textContent !== printableLines(words)) part(id).textContent = printableLines(words);
}

function warn(words) {
  lasting = words;
  say("problem", words);
}

/** Load and draw what the address names, and plan the next look. Nothing is drawn again unless something has changed. */
async function look() {
  clearTimeout(timer);
  const mine = ++turn;
  try {
    if (!stack) await connect();
    const now = route();
    markMachine(now);
    const { found, show } = now.kind === "list" ? await loadList(now) : await loadExecution(now, page);
    if (mine !== turn) return;
    say("problem", lasting);
    const words = JSON.stringify([now, zoneName(), found]);
    if (words !== visible || (isLive(now, found) && !getSelection().toString())) show(part("main"));
    visible = words;
    title(now, found);
    wait = pause(now, found);
  } catch (problem) {
    if (mine !== turn) return;
    say("problem", problem.message);
    if (problem.status !== 0 && problem.status !== 502) part("main").replaceChildren();
    visible = "";
    if (problem.status === 0 || problem.status === 502) stack = null; // found again once it answers
    if (problem.status === undefined) console.error(problem);
    wait = problem.status === 401 || problem.status === 404 ? 0 : Math.min(SLOWEST, (wait || RUNNING) * 2);
  }
  if (wait) timer = setTimeout(() => (document.hidden ? (wait = 0) : look()), wait);
}

/** Whether times on the page go on although nothing else changes. */
const isLive = (now, found) =>
  (now.kind === "list" ? found.executions : [found.execution]).some(({ status }) => isRunning(status));

/** The milliseconds until the next look; 0 for never. Older pages of a list and ended executions stay as they are. */
function pause(now, found) {
  if (now.kind === "list") return now.next ? 0 : LIST;
  return isRunning(found.execution.status) ? RUNNING : stack.is_local ? LIST : SLOWEST;
}

async function connect() {
  stack = await api.stack();
  setPlace(stack);
  part("foot").replaceChildren(
    stack.is_local ? "Local stack" : `Region ${stack.region}`,
    `, uploads bucket ${stack.uploads_bucket}${stack.read_only ? ", read-only" : ""}. `,
    "Keys: / find, l list, r reload, z time zone, arrows in the graph, Esc to close details.",
  );
}

function markMachine(now) {
  part("machines").replaceChildren(
    ...stack.machines.map((machine) =>
      element(
        "a",
        { href: listLink({ machine }), "aria-current": now.kind === "list" && now.machine === machine ? "page" : null },
        machine,
      ),
    ),
  );
}

function title(now, found) {
  const name =
    now.kind === "list"
      ? now.machine
      : `${found.execution.status} ${found.execution.image.split("/").at(-1) || found.execution.name}`;
  document.title = `${name} – Renditions console`;
}

function showZone() {
  part("zone").textContent = zoneName();
}

async function find(event) {
  event.preventDefault();
  const wanted = event.target.querySelector("input").value.trim();
  if (!wanted) return;
  if (wanted.includes(":execution:")) return go(executionLink(wanted));
  try {
    const { arn } = await api.find(wanted);
    if (arn) go(executionLink(arn));
    else warn("The record of this image names no execution.");
  } catch (problem) {
    warn(problem.message);
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog")) return;
  const keys = {
    "/": () => part("find").querySelector("input").focus(),
    l: () => go(listLink({ machine: stack?.machines[0] ?? "image_pipeline" })),
    r: look,
    z: changeZone,
    Escape: () =>
      location.hash.includes("state=") &&
      go(location.hash.replace(/[?&](state|tab)=[^&]*/g, "").replace(/^([^?&]*)&/, "$1?")),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

function changeZone() {
  toggleZone();
  showZone();
  look();
}

function arrive() {
  keepToken();
  lasting = "";
  say("done", location.hash.split("?")[0] === shown ? part("done").textContent : "");
  shown = location.hash.split("?")[0];
  look();
}

keepToken();
showZone();
part("zone").onclick = changeZone;
part("find").onsubmit = find;
addEventListener("hashchange", arrive);
addEventListener("keydown", pressed);
addEventListener("storage", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
shown = location.hash.split("?")[0];
look();
