// Copyright (c) 2026, the oncall.twilio authors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/** Read everything again, at most once in a number of milliseconds. */

const PAUSE = 1000;

export class Again {
  /** read() reads everything; onRead(isRead) is called with whether that succeeded. */
  constructor(read, onRead) {
    this.read = read;
    this.onRead = onRead;
    this.timer = null;
    this.last = -PAUSE;
  }

  /** Read at once if that was not done recently. Retry until it succeeds. */
  soon() {
    this.timer ??= setTimeout(() => this.now(), Math.max(0, this.last + PAUSE - performance.now()));
  }

  async now() {
    const isRead = await this.read().then(() => true, () => false);
    this.last = performance.now();
    this.timer = null;
    this.onRead(isRead);
    if (!isRead) {
      this.soon();
    }
  }
}
