// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The dialogs: connection settings, a text from any number, the clock and the faults. */

import { element, icon } from "./dom.js";
import { snippets } from "./welcome.js";

/** Open a modal dialog; it is gone once closed, by its button, with Esc or by its own content. */
export function openDialog(title, ...content) {
  const dialog = element(
    "dialog", { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() },
    element("header", {},
      element("h2", { id: "dialog-title" }, title),
      element("button", { type: "button", class: "tool", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
    ...content,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function openConnection(connection) {
  openDialog(
    "Connection settings",
    element("p", {}, "Any of these points at this simulator. The credentials open nothing else."),
    ...snippets(connection),
  );
}

export const field = (label, input, hint) =>
  element("label", { class: "field" }, element("span", {}, label), input, hint && element("small", {}, hint));

/** A form in a dialog: what goes wrong in act(form values) is shown in it. */
export function actionForm(act, label, ...fields) {
  const problem = element("p", { class: "problem", role: "alert" });
  const form = element(
    "form", { onsubmit: async (event) => {
      event.preventDefault();
      problem.textContent = "";
      try {
        await act(Object.fromEntries(new FormData(form)), form);
      } catch (error) {
        problem.textContent = error.message;
      }
    } },
    ...fields, problem, element("button", { type: "submit", class: "primary" }, label),
  );
  return form;
}

/** Let any number text in. onSend(fields) delivers; ours is the number that is offered to text to. */
export function openCompose(ours, onSend) {
  const dialog = openDialog(
    "Text in from a number",
    element("p", {}, "As if somebody picked up a phone: the message arrives as inbound, and goes to your webhook if one is set."),
    actionForm(
      async (fields) => {
        await onSend(fields);
        dialog.close();
      },
      "Send",
      field("From", element("input", { name: "From", required: true, placeholder: "+15551234567", inputmode: "tel" })),
      field("To", element("input", { name: "To", required: true, value: ours, placeholder: "+15557654321", inputmode: "tel" })),
      field("Text", element("textarea", { name: "Body", rows: "3", maxlength: "1600" })),
    ),
  );
}
