// Building elements without markup in strings: what an uploader named can never become HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return a new element. `properties` are set as properties (className, onclick, hidden, …); names with a hyphen and
 * `role` are attributes. Children are elements, strings or lists of them; empty ones are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...present(children));
  return made;
}

/** The same for SVG, where everything is an attribute. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...present(children));
  return made;
}

const present = (children) =>
  children.flat(9).filter((one) => one !== undefined && one !== null && one !== false && one !== "");

/** A list of terms and their values, without those that have none. [name, value, "wide"] takes two columns. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value);
  return element(
    "dl",
    { className: "facts" },
    shown.map(([name, value, className = ""]) =>
      element("div", { className }, element("dt", {}, name), element("dd", {}, value)),
    ),
  );
}

/** A button that copies a text. */
export function copyButton(words, label, name = "Copy") {
  const button = element("button", { type: "button", className: "small", title: label, "aria-label": label }, name);
  button.onclick = async () => {
    await navigator.clipboard.writeText(words);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = name), 1500);
  };
  return button;
}

/** Tabs: a bar of links to the same page with another view. `tabs`: [name, label]; `link` makes the address. */
export function tabBar(label, tabs, current, link) {
  return element(
    "nav",
    { className: "tabs", "aria-label": label },
    tabs.map(([name, words]) =>
      element("a", { href: link(name), "aria-current": name === current ? "page" : null }, words),
    ),
  );
}
