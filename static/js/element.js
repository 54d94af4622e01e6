/**
 * Build an element: `element("div.card", {title: "…"}, child, "text")`.
 *
 * Text goes in as text, never as markup. An attribute that is a function
 * listens to the event of that name; one that is null or false is left out.
 * @param {string} selector tag, then .classes
 * @returns {HTMLElement}
 */
export function element(selector, ...rest) {
  const [tag, ...classes] = selector.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.classList.add(...classes);
  if (isAttributes(rest[0])) assign(made, rest.shift());
  made.append(...rest.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function isAttributes(value) {
  return value !== null && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value);
}

function assign(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
}
