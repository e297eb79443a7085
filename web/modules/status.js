// What concerns everything: no network, no session, and how far all uploads are together.

import { text } from "../text.js";
import { element, icon, setText } from "./dom.js";
import { toast } from "./notify.js";

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

export function sessionBanner(onSignIn) {
  const button = element("button", { className: "button small primary", type: "button" }, text.sessionEnded.signIn);
  button.addEventListener("click", onSignIn);
  return element("div", { className: "banner", role: "alert" }, icon("warning"), text.sessionEnded.lead, button);
}

export class Strip {
  #words = element("p", { className: "strip-words" });
  #progress = element("progress", { max: 1, "aria-label": text.strip.progress });
  #retry = element("button", { className: "button small", type: "button" }, text.strip.retryAll);
  #scheduled = false;
  root = element("div", { className: "strip", hidden: true }, this.#words, this.#progress, this.#retry);

  constructor(onRetryAll) {
    this.#retry.addEventListener("click", onRetryAll);
  }

  /** Show the state of the entries, at most once per frame: two hundred uploads report often. */
  show(entries) {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw(entries());
    });
  }

  #draw(batch) {
    const of = (...kinds) => batch.filter((entry) => kinds.includes(entry.kind));
    const sending = of("queued", "uploading");
    const unsent = of("unsent");
    const pending = batch.filter((entry) => entry.isPending);
    this.root.hidden = !(sending.length || pending.length || unsent.length);
    this.#progress.hidden = !(sending.length || pending.length);
    this.#retry.hidden = sending.length > 0 || !unsent.length;
    if (sending.length) {
      const all = batch.filter((entry) => entry.file && entry.kind !== "refused");
      const bytes = all.reduce((sum, entry) => sum + entry.file.size, 0);
      const sent = all.reduce((sum, entry) => sum + entry.file.size * (entry.image ? 1 : entry.progress), 0);
      this.#progress.value = bytes ? sent / bytes : 0;
      setText(this.#words, text.strip.sending(all.length - sending.length - unsent.length, all.length));
    } else if (pending.length) {
      this.#progress.removeAttribute("value"); // how long it takes nobody knows
      setText(this.#words, text.strip.processing(pending.length));
    } else setText(this.#words, text.strip.unsent(unsent.length));
  }
}
