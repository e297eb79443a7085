// Waiting: longer each time, never in step with other pages, and not at all while there is no network to wait for.

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds before try number `attempt` (from 0): `growth` times longer each, up to `most`, less a third by chance. */
export function pause(attempt, { first = 1000, most = 30_000, growth = 2 } = {}) {
  return Math.min(most, first * growth ** attempt) * (1 - Math.random() / 3);
}

/** Resolve as soon as the browser has a network. */
export function online() {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve) => addEventListener("online", () => resolve(), { once: true }));
}
