// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Keyboard shortcuts that work everywhere, and whether the screen is narrow. */

const NARROW = matchMedia("(max-width: 760px)");

/** Whether there is room for only the list or a conversation. */
export const isNarrow = () => NARROW.matches;

/** "/" searches, "?" helps, and Escape goes one step back: it leaves the search, then the open conversation. */
export function listenToKeys({ search, list, isOpen, back, help }) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "?" && !isTyping) {
      event.preventDefault();
      help();
    } else if (event.key === "ArrowDown" && event.target === search.input) {
      event.preventDefault();
      list.root.focus();
    } else if (event.key === "Escape" && search.text) {
      search.clear();
      list.root.focus();
    } else if (event.key === "Escape" && isOpen()) {
      isNarrow() ? back() : list.root.focus();
    }
  });
}
