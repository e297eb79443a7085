// Saving the graph as a file of its own, with the colours that it has on the page and the pictures in it.

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "color",
];

/** Offer the graph as an SVG file. */
export async function exportSvg(graph, name) {
  const copy = graph.cloneNode(true);
  const originals = [graph, ...graph.querySelectorAll("*")],
    copies = [copy, ...copy.querySelectorAll("*")];
  for (const [index, one] of copies.entries()) {
    const computed = getComputedStyle(originals[index]);
    for (const style of STYLES) one.setAttribute(style, computed.getPropertyValue(style));
    for (const attribute of ["class", "tabindex", "role", "aria-pressed"]) one.removeAttribute(attribute);
    if (one.tagName === "image") one.setAttribute("href", await asData(one.getAttribute("href")));
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const background = getComputedStyle(document.body).backgroundColor;
  copy.insertAdjacentElement(
    "afterbegin",
    Object.assign(document.createElementNS("http://www.w3.org/2000/svg", "rect")),
  );
  for (const [attribute, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", background],
  ])
    copy.firstChild.setAttribute(attribute, value);
  save(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }), `${name}.svg`);
}

async function asData(url) {
  const blob = await (await fetch(url)).blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
