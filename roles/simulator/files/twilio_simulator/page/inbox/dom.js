// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Create elements. Text is always shown as text: nothing on the page parses HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. Attributes are set as such, functions named on... become listeners, true stands for an empty
 * attribute; null, undefined and false leave an attribute or a child out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Create an icon from icons.svg. Screen readers ignore it. */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `inbox/icons.svg#${name}`);
  picture.append(use);
  return picture;
}

/** Set the text only if it differs, since unchanged text keeps the user's selection. */
export function write(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Create a button that copies a text. */
export function copyButton(text, what) {
  const button = element("button", { type: "button", class: "copy", title: `Copy ${what}`, "aria-label": `Copy ${what}` });
  button.append(icon("copy"));
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), 1500);
  });
  return button;
}
