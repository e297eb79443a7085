// A service worker that only holds the tokens of a tab for the moment of a reload: in memory, once, for seconds.

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
