// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** How to send something here: settings and commands to paste. */

import { copyButton, element, icon } from "./dom.js";
import { plural } from "./format.js";

const TO = "+15558675310";
const FROM = "+15557654321";

function snippet(title, text) {
  return element(
    "figure", { class: "snippet-box" },
    element("figcaption", {}, title, copyButton(text, title.toLowerCase())),
    element("pre", { tabindex: "0" }, element("code", {}, text)),
  );
}

/** The snippets for a connection {account_sid, auth_token}; the simulator's address is that of the page. */
export function snippets({ account_sid: account, auth_token: token }) {
  const url = location.origin;
  return [
    snippet("Playbook", [
      "module_defaults:",
      "  group/oncall.twilio.twilio:",
      `    api_url: ${url}`,
      `    account_sid: ${account}`,
      `    auth_token: ${token}`,
    ].join("\n")),
    snippet("Environment", [
      `export TWILIO_API_URL=${url}`,
      `export TWILIO_ACCOUNT_SID=${account}`,
      `export TWILIO_AUTH_TOKEN=${token}`,
    ].join("\n")),
    snippet("curl", [
      `curl ${url}/2010-04-01/Accounts/${account}/Messages.json \\`,
      `  -u ${account}:${token} \\`,
      `  --data-urlencode To=${TO} --data-urlencode From=${FROM} \\`,
      "  --data-urlencode 'Body=Disk full on db1'",
    ].join("\n")),
  ];
}

/** The placeholder while there is no conversation. */
export function welcome(connection, problems) {
  return element(
    "div", { class: "welcome" },
    element("div", { class: "emblem", "aria-hidden": "true" }, icon("plug")),
    element("h2", {}, "Waiting for the first message"),
    element("p", {}, "Send to this simulator with a playbook, an SDK or curl. The messages appear here, and no phone gets them."),
    problems > 0 && element("p", { class: "warning" }, icon("alert"),
      element("a", { href: "#problems" }, `${plural(problems, "request")} failed or ${problems === 1 ? "was" : "were"} rejected`)),
    ...snippets(connection),
  );
}

/** The placeholder while no conversation is chosen. */
export function nothingOpen(version) {
  return element(
    "div", { class: "welcome quiet" },
    element("div", { class: "emblem", "aria-hidden": "true" }, icon("reply")),
    element("h2", {}, "Choose a conversation"),
    element("p", {}, "Or press ", element("kbd", {}, "/"), " to search, and ", element("kbd", {}, "?"), " for help."),
    element("p", { class: "version" }, `Twilio simulator ${version}`),
  );
}
