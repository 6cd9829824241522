// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The dialogs: connection settings, a text from any number, the clock and the faults. */

import { element, icon } from "./dom.js";
import { snippets } from "./welcome.js";

let count = 0;

/**
 * Open a modal dialog; it is gone once closed, by its button, with Esc or by its own content. The focus then goes back
 * to where it was, or if that is gone, to what is open.
 */
export function openDialog(title, ...content) {
  const opener = document.activeElement;
  const id = `dialog-${++count}`;
  const close = () => {
    dialog.remove();
    const place = opener.isConnected && opener.checkVisibility() && opener !== document.body
      ? opener : [...document.querySelectorAll("dialog h2, .thread h2, .list")].find((each) => each.checkVisibility());
    place?.focus();
  };
  const dialog = element(
    "dialog", { "aria-labelledby": id, onclose: close },
    element("header", {},
      element("h2", { id, tabindex: "-1" }, title),
      element("button", { type: "button", class: "tool", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))),
    ...content,
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask for confirmation of an action that cannot be undone. */
export function confirm(question, consequence, label, act) {
  const dialog = openDialog(
    question,
    element("p", {}, consequence),
    element("div", { class: "answers" },
      element("button", { type: "button", class: "chip", onclick: () => dialog.close() }, "Cancel"),
      element("button", { type: "button", class: "danger", onclick: () => {
        dialog.close();
        act();
      } }, label)),
  );
}

export function openConnection(connection) {
  openDialog(
    "Connection settings",
    element("p", {}, "Use one of these to send to this simulator. The credentials are valid nowhere else."),
    ...snippets(connection),
  );
}

export const field = (label, input, hint) =>
  element("label", { class: "field" }, element("span", {}, label), input, hint && element("small", {}, hint));

/** A form in a dialog. It shows the errors of act(form values). */
export function actionForm(act, label, ...fields) {
  const problem = element("p", { class: "problem", role: "alert" });
  let isActing = false;
  const form = element(
    "form", { onsubmit: async (event) => {
      event.preventDefault();
      if (isActing) {
        return;
      }
      isActing = true;
      problem.textContent = "";
      try {
        await act(Object.fromEntries(new FormData(form)), form);
      } catch (error) {
        problem.textContent = error.message;
      } finally {
        isActing = false;
      }
    } },
    ...fields, problem, element("button", { type: "submit", class: "primary" }, label),
  );
  return form;
}

/** Let the user send a text as any number. onSend(fields) sends it; ours is the suggested recipient. */
export function openCompose(ours, onSend) {
  const dialog = openDialog(
    "Send a text as any number",
    element("p", {}, "The message arrives as if somebody had sent it from a phone. Your webhook gets it too, if you have set one."),
    actionForm(
      async (fields) => {
        await onSend(fields);
        dialog.close();
      },
      "Send",
      field("From", element("input", { name: "From", required: true, autofocus: true, placeholder: "+15551234567", inputmode: "tel" })),
      field("To", element("input", { name: "To", required: true, value: ours, placeholder: "+15557654321", inputmode: "tel" })),
      field("Text", element("textarea", { name: "Body", rows: "3", maxlength: "1600", dir: "auto" })),
    ),
  );
}
