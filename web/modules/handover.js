// Tokens survive a reload in the memory of a service worker, see /handover.js. Without one, the user signs in again.

import { randomString } from "./pkce.js";

const TAB = "renditions.tab"; // a secret that only this tab knows, also after a reload
const PATIENCE = 1000; // milliseconds for an answer

/** Let the next page of this tab have the tokens. `tokens` returns them when this page ends, or null. */
export async function handOver(tokens) {
  const worker = await started();
  addEventListener("pagehide", () => {
    if (!tokens()) return;
    const tab = randomString();
    sessionStorage.setItem(TAB, tab);
    worker?.postMessage({ tab, tokens: tokens() });
  });
}

/** Return the tokens of the page before, or null. */
export async function takeOver() {
  const tab = sessionStorage.getItem(TAB);
  sessionStorage.removeItem(TAB);
  const worker = tab && (await navigator.serviceWorker?.getRegistration())?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ tab }, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), PATIENCE);
  });
}

async function started() {
  try {
    await navigator.serviceWorker.register("/handover.js");
    return (await navigator.serviceWorker.ready).active;
  } catch {
    return null; // private windows, for example
  }
}
