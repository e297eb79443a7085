// What the history of an execution says about its states.

import { END, START } from "./layout.js";

/** The last visit of each state by name, with `count`, and `until`: when an execution that ended there ended. */
export function lastVisits({ visits, execution }) {
  const found = new Map();
  for (const one of visits) {
    found.set(one.state, { ...one, until: execution.stopped, count: (found.get(one.state)?.count ?? 0) + 1 });
  }
  return found;
}

/** The transitions that happened, as "from\nto". */
export function takenTransitions({ visits, execution }) {
  const taken = new Set();
  const last = new Map(); // by Parallel state; "" for the outermost level
  for (const { state, within } of visits) {
    const level = within ?? "";
    if (last.has(level)) taken.add(`${last.get(level)}\n${state}`);
    else if (!level) taken.add(`${START}\n${state}`);
    last.set(level, state);
  }
  if (execution.status === "SUCCEEDED" && last.has("")) taken.add(`${last.get("")}\n${END}`);
  return taken;
}

/** The names of the states to which events belong, by the events' ids: the state of the event before. */
export function statesOfEvents({ events, visits }) {
  const containers = new Map(visits.map(({ state, within }) => [state, within]));
  const states = new Map();
  for (const { id, previous, type, details } of events) {
    if (type.startsWith("Execution")) continue;
    const before = states.get(previous) ?? "";
    if (/State(Entered|Exited)$/.test(type)) states.set(id, details.name);
    else if (/^(Parallel|Map)State/.test(type))
      states.set(id, containers.get(before) || before); // after a branch
    else states.set(id, before);
  }
  return states;
}

/** Where a state is defined, at any level. */
export function stateIn(definition, name) {
  const found = definition?.States?.[name];
  if (found) return found;
  for (const state of Object.values(definition?.States ?? {})) {
    for (const branch of state.Branches ?? [state.ItemProcessor ?? state.Iterator]) {
      const inner = branch && stateIn(branch, name);
      if (inner) return inner;
    }
  }
  return null;
}
