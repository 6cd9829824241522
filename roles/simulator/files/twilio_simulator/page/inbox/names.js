// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** The names of people. */

let names = new Map();

/** Store the names from the simulator: {names: {number: name}}. */
export function takeNames({ names: known }) {
  names = new Map(Object.entries(known));
}

/** A person's name, or null; on a channel such as WhatsApp, that of their number. */
export const nameOf = (number) => names.get(number) ?? names.get(number.replace(/^\w+:/, "")) ?? null;

/** The name of a number's owner, or else the number. */
export const called = (number) => nameOf(number) ?? number;
