// A service worker with one task: to hold the tokens for the moment between a page and the same page after a reload.
// It holds them in its memory, for one tab, once, and for seconds. It sees no request and caches nothing.

const SECONDS = 10;
const held = new Map(); // secret of a tab → tokens

addEventListener("install", () => skipWaiting());

addEventListener("message", ({ data: { tab, tokens }, ports: [port] }) => {
  if (tokens) {
    held.set(tab, tokens);
    setTimeout(() => held.delete(tab), SECONDS * 1000);
  } else {
    port.postMessage(held.get(tab) ?? null);
    held.delete(tab);
  }
});
