// Bars at the top of the page about what concerns everything: no network, no session.

import { text } from "../text.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { toast } from "./notify.js";

/** A bar that is shown while the browser has no network. */
export function offlineBanner() {
  const words = element("span", {});
  const banner = element("div", { className: "banner", role: "status", hidden: true }, icon("offline"), words);
  const show = () => {
    banner.hidden = navigator.onLine;
    words.textContent = navigator.onLine ? "" : text.offline;
  };
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    toast(text.online);
  });
  show();
  return banner;
}

/** A bar that asks the user to sign in again. `onSignIn` is called by its button. */
export function sessionBanner(onSignIn) {
  const button = element("button", { className: "button small primary", type: "button" }, text.sessionEnded.signIn);
  button.addEventListener("click", onSignIn);
  return element("div", { className: "banner", role: "alert" }, icon("warning"), text.sessionEnded.lead, button);
}
