// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Breaking the simulator on purpose: the faults in force, and a form that adds one. */

import { element, icon } from "./dom.js";
import { actionForm, field } from "./dialog.js";
import { plural } from "./format.js";

const words = (name) => name.replaceAll("_", " ");

/** One fault in a line. */
function told({ kind, operation, times, number }) {
  const often = times === null ? `each ${operation}` : `the next ${times === 1 ? operation : plural(times, operation)}`;
  return `${words(kind)}: ${often}${number ? ` for ${number}` : ""}`;
}

/** A value as the simulator wants it: a number, or null for a field that was left empty. */
const numeric = (value) => (value === "" || value === "none" ? null : Number(value));

function parameterField({ name, description, default: preset, choices, lowest, highest }) {
  const input = choices
    ? element("select", { name }, choices.map((choice) => element("option", { selected: choice === preset }, choice ?? "none")))
    : element("input", { name, type: "number", step: "any", min: lowest, max: highest, value: preset });
  return field(words(name), input, description);
}

export class Faults {
  constructor(api) {
    this.api = api;
    this.list = element("ul", { class: "faults", "aria-label": "Faults in force" });
    this.root = element("section", {}, element("h3", {}, "Faults"),
      element("p", {}, "What shall go wrong when something is asked of the API."), this.list);
  }

  /** Show these faults. */
  show(faults) {
    this.list.replaceChildren(...faults.map((fault) => element(
      "li", {}, icon("alert"), element("span", {}, told(fault)),
      element("button", {
        type: "button", class: "tool", "aria-label": `Remove: ${told(fault)}`, onclick: () => this.api.deleteFault(fault.id),
      }, icon("close")))));
  }

  /** Learn which faults there can be, and offer them. */
  async offer() {
    const { kinds } = await this.api.getFaults();
    const parameters = element("div", { class: "pair" });
    const meaning = element("small");
    const operation = element("select", { name: "operation" });
    const choice = element("select", { name: "kind" }, kinds.map(({ kind }) => element("option", { value: kind }, words(kind))));
    const change = () => {
      const kind = kinds.find((each) => each.kind === choice.value);
      meaning.textContent = `${kind.description}.`;
      operation.replaceChildren(...kind.operations.map((name) => element("option", {}, name)));
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
      element("div", { class: "pair" }, field("Kind", choice), field("When asked to", operation)),
      meaning,
      parameters,
      element("div", { class: "pair" },
        field("Times", element("input", { name: "times", type: "number", min: "1", value: "1" }), "Empty: until it is removed"),
        field("Only for number", element("input", { name: "number", placeholder: "any", inputmode: "tel" }))),
    ));
  }
}
