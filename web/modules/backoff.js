// Waiting: longer each time, never in step with other pages, and not at all while there is no network to wait for.

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds before try number `attempt` (from 0): doubled each time up to `most`, less up to half of it by chance. */
export function pause(attempt, first = 1000, most = 30_000) {
  const full = Math.min(most, first * 2 ** attempt);
  return full / 2 + (Math.random() * full) / 2;
}

/** Resolve as soon as the browser has a network. */
export function online() {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve) => addEventListener("online", () => resolve(), { once: true }));
}
