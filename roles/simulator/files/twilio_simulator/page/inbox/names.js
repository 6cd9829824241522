// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** What people are called. */

let names = new Map();

/** Take the names from the simulator: {names: {number: name}}. */
export function takeNames({ names: known }) {
  names = new Map(Object.entries(known));
}

/** A person's name, or null; on a channel such as WhatsApp people have the names of their numbers. */
export const nameOf = (number) => names.get(number) ?? names.get(number.replace(/^\w+:/, "")) ?? null;

/** What to call whoever has this number. */
export const called = (number) => nameOf(number) ?? number;
