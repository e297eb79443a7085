// Building elements without markup in strings: what a user or a server named can never become HTML.

/**
 * Return a new element. `properties` are set as properties (className, onclick, hidden, …); names with a hyphen and
 * `role` are attributes. Children are elements or strings; empty ones are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
  return made;
}

/** Replace what an element contains, unless it contains just this text already: screen readers announce each change. */
export function setText(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

/** Whether the user asked the system for less motion. */
export const prefersLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
