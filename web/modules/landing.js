// What somebody sees who is not signed in.

import { text } from "../text.js";
import { element } from "./dom.js";

/** Show the page before the sign-in. `problem` is a sentence, or empty; `onSignIn` is called by the button. */
export function showLanding(page, onSignIn, problem = "") {
  const button = element("button", { className: "button primary large", type: "button" }, text.landing.signIn);
  button.addEventListener("click", () => {
    button.disabled = true;
    onSignIn().catch(() => showLanding(page, onSignIn, text.landing.unavailable));
  });
  page.replaceChildren(
    element(
      "main",
      { className: "landing" },
      element("div", { className: "brand" }, mark(), text.title),
      element("h1", {}, text.landing.title),
      element("p", { className: "lead" }, text.landing.lead),
      problem && element("p", { className: "problem", role: "alert" }, problem),
      button,
      element("ul", { className: "points", role: "list" }, ...text.landing.points.map((point) => element("li", {}, point))),
    ),
  );
}

/** The product's mark. It says nothing that the name beside it does not. */
export const mark = () => element("img", { src: "/icon.svg", alt: "", width: 28, height: 28 });
