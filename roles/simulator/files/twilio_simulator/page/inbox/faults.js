// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The faults in force, and a form that adds one. */

import { element, icon, write } from "./dom.js";
import { actionForm, field } from "./dialog.js";
import { plural } from "./format.js";
import { called } from "./names.js";

const words = (name) => name.replaceAll("_", " ");

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** One fault in a line. */
function told({ kind, operation, times, number, code }) {
  const what = kind === "twilio_error" ? `Twilio's error ${code}` : words(kind);
  const asked = words(operation);
  const often = times === null ? `each ${asked}` : `the next ${times === 1 ? asked : plural(times, asked)}`;
  return `${what}: ${often}${number ? ` for ${called(number)}` : ""}`;
}

/** A value for the simulator: a number, or null for an empty field. */
const numeric = (value) => (value === "" || value === "none" ? null : Number(value));

function parameterField({ name, description, default: preset, choices, lowest, highest, known }) {
  const input = choices
    ? element("select", { name }, choices.map((choice) => element("option", { selected: choice === preset }, choice ?? "none")))
    : element("input", {
      name, type: "number", step: "any", min: lowest, max: highest, value: preset, list: known && `known-${name}`,
    });
  const made = field(words(name), input, description);
  if (known) {
    made.append(element("datalist", { id: `known-${name}` }, known.map(([value, meaning]) => element("option", { value }, meaning))));
    const mean = () => { made.querySelector("small").textContent = new Map(known).get(Number(input.value)) ?? description; };
    input.addEventListener("input", mean);
    mean();
  }
  return made;
}

export class Faults {
  /** number is the suggested one. */
  constructor(api, number) {
    this.api = api;
    this.number = number;
    this.lines = new Map();
    this.title = element("h3", { tabindex: "-1" }, "Faults");
    this.list = element("ul", { class: "faults", "aria-label": "Faults in force" });
    this.root = element("section", {}, this.title,
      element("p", {}, "Choose what fails when a program makes a request to Twilio's API."), this.list);
  }

  /** Show these faults. */
  show(faults) {
    for (const [id, { root }] of this.lines) {
      if (!faults.some((fault) => fault.id === id)) {
        // The focused button is gone.
        root.contains(document.activeElement) && this.title.focus();
        root.remove();
        this.lines.delete(id);
      }
    }
    for (const fault of faults) {
      const line = this.lines.get(fault.id) ?? this.line(fault.id);
      write(line.text, told(fault));
      line.remove.setAttribute("aria-label", `Remove: ${told(fault)}`);
    }
  }

  line(id) {
    const text = element("span");
    const remove = element("button", { type: "button", class: "tool", onclick: () => this.api.deleteFault(id) }, icon("close"));
    const line = { text, remove, root: element("li", {}, icon("alert"), text, remove) };
    this.lines.set(id, line);
    this.list.append(line.root);
    return line;
  }

  /** Read which kinds of faults there are, and offer them. */
  async offer() {
    const { kinds } = await this.api.getFaults();
    const parameters = element("div", { class: "pair" });
    const meaning = element("small");
    const operation = element("select", { name: "operation" });
    const choice = element("select", { name: "kind" }, kinds.map(({ kind }) => element("option", { value: kind }, capital(words(kind)))));
    const change = () => {
      const kind = kinds.find((each) => each.kind === choice.value);
      meaning.textContent = `${kind.description}.`;
      operation.replaceChildren(...kind.operations.map((name) => element("option", { value: name }, words(name))));
      parameters.replaceChildren(...kind.parameters.map(parameterField));
      parameters.hidden = kind.parameters.length === 0;
    };
    choice.addEventListener("change", change);
    change();
    const add = ({ kind, operation: asked, times, number, ...rest }) => this.api.postFault({
      kind, operation: asked, times: numeric(times), number: number.trim() || null,
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, numeric(value)])),
    });
    this.root.append(actionForm(
      add, "Add the fault",
      element("div", { class: "pair" }, field("Kind", choice), field("Request", operation)),
      meaning,
      parameters,
      element("div", { class: "pair" },
        field("Times", element("input", { name: "times", type: "number", min: "1", value: "1" }), "Leave empty to keep it until you remove it"),
        field("Only for number", element("input", { name: "number", placeholder: "any", inputmode: "tel", value: this.number }))),
    ));
  }
}
