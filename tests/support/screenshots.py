# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of the simulator's page for the documentation: `nox -s pictures`. They show a night on call."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, expect

from support.browser import DESKTOP, PHONE, chromium, opened
from support.paths import CHECKOUT
from support.simulator import SERVICE, Simulator, simulator

IMAGES = CHECKOUT / "docs" / "docsite" / "rst" / "images"
BEGIN = "2030-03-05T21:58:12Z"
OURS = "+15550100100"
ANA, LENA, JON, MEI, OMAR, NEXT = (f"+155501001{number}" for number in (21, 63, 99, 42, 77, 55))
PAGER = "+15557654321"
ADA, GRACE, LINUS, MARGARET = (f"+1555123000{number}" for number in range(1, 5))
# Takes the page when she is called, on the page.
PEOPLE = {ADA: "lets it ring", MARGARET: "lets it ring"}
ONCE = "<Pause/><Say>Page. Disk full on db1. The code is 7, F, 3. Reply to the text to take it.</Say>"


class Night:
    """What happens, one thing after another, on a clock that moves only when it is told to."""

    def __init__(self, twilio: Simulator) -> None:
        self.twilio = twilio
        self.clock(now=BEGIN)

    def clock(self, **setting: object) -> None:
        assert self.twilio.call("PUT", "/simulator/clock", json=setting).status_code == 200

    def text(self, to: str, body: str, wait: float, **form: str) -> None:
        self.twilio.created(To=to, From=form.pop("From", OURS), Body=body, **form)
        self.clock(advance=wait)

    def call(self, to: str, wait: float) -> dict[str, Any]:
        """Have a phone ring."""
        call: dict[str, Any] = self.twilio.placed(To=to, From=PAGER, Twiml=f"<Response>{ONCE * 2}</Response>")
        self.clock(advance=wait)
        return call

    def answer(self, call: dict[str, Any], wait: float) -> None:
        assert self.twilio.call("POST", f"/simulator/calls/{call['sid']}/answer").status_code == 200
        self.clock(advance=wait)

    def reply(self, person: str, body: str, wait: float, **form: str) -> None:
        message = {"From": person, "To": OURS, "Body": body} | form
        assert self.twilio.call("POST", "/simulator/inbound", json=message).status_code == 201
        self.clock(advance=wait)


def happen(night: Night) -> None:
    names = {ANA: "Ana Ruiz", LENA: "Lena Vogt", MEI: "Mei Tanaka", OMAR: "Omar Haddad"}
    assert night.twilio.call("PUT", "/simulator/names", json=names).status_code == 200
    night.text(ANA, "[RESOLVED] web-3: certificate renewed, expires on 3 June", 60)
    night.reply(ANA, "Thanks, saw it", 900)
    night.text(LENA, "Deployment 4.18.0 has ended: 42 hosts changed, 0 failed, 6 min 12 s.", 400)
    night.text(LENA, "The hour since:", 160, MediaUrl="https://grafana.example/render/payments.png")
    night.reply(LENA, "Looks good. Leaving it for the night", 15_240)
    night.text(JON, "[P2] db2: replication lags by 340 s. Reply 1 to take it.", 20)
    night.text(
        MEI, "[P1] db1.fra: /var is 97 % full, 11 min to go.\nRunbook: runbooks.example/disk\nReply 1 to take it.", 45
    )
    night.reply(MEI, "1", 3)
    night.text(MEI, "It is yours. Moving old WAL files to the archive.", 190)
    night.text(MEI, "Freed 212 GB: db1.fra is at 41 % 🎉 Resolve the incident?", 31)
    night.reply(MEI, "yes, resolve. will look at the archiver in the morning", 3)
    night.text(MEI, "[RESOLVED] db1.fra, after 5 min. Sleep well!", 30)
    night.text(OMAR, "[P3] Backup of nas2 took 3 h 51 min, 40 min longer than usual.", 4)
    schedule = {"ScheduleType": "fixed", "SendAt": "2030-03-06T08:45:00Z", "MessagingServiceSid": SERVICE, "From": ""}
    night.text(NEXT, "Handover at 09:00: the pager is yours this week.", 1, **schedule)
    night.text(OMAR, "[P3] Backup of nas2 has ended well.", 2)
    night.clock(speed=1)


def fail(night: Night) -> None:
    """What does not arrive."""
    night.clock(speed=0)
    # A picture before has left one.
    assert night.twilio.call("DELETE", "/simulator/faults").status_code == 204
    night.text(JON, "[P2] db2: caught up.", 30, StatusCallback="http://127.0.0.1:9/status")
    night.reply(OMAR, "STOP", 60)
    night.twilio.create(To=OMAR, From=OURS, Body="[P3] Backup of nas2 has begun.")
    night.twilio.create(To="(555) 0100", From=OURS, Body="[P1] db1.fra: /var is 97 % full")


def drill(night: Night) -> None:
    """What the drill comes to."""
    names = {ADA: "Ada", GRACE: "Grace", LINUS: "Linus", MARGARET: "Margaret"}
    assert night.twilio.call("PUT", "/simulator/names", json=names).status_code == 200
    page = "{}Disk full on db1\nReply ACK 7F3 to take it, NO 7F3 to pass"
    night.text(ADA, page.format(""), 120, From=PAGER)
    night.call(ADA, 98)
    night.text(GRACE, page.format("Escalation 1 of 2: "), 1, From=PAGER)
    night.text(LINUS, page.format("Escalation 1 of 2: "), 7, From=PAGER)
    night.call(LINUS, 83)
    night.reply(GRACE, "No 7F3", 7, To=PAGER)
    night.text(MARGARET, page.format("Escalation 2 of 2: "), 120, From=PAGER)


def wake(night: Night) -> None:
    """What comes after the picture of a phone that rings."""
    (call,) = night.twilio.rung(to=MARGARET)
    night.answer(call, 48)
    night.reply(MARGARET, "ack 7F3, on my way", 4, To=PAGER)
    night.clock(speed=1)


def read(page: Page, *people: str) -> None:
    for person in people:
        page.locator(f".row[data-key='{person}']").click()
        expect(page.locator(".thread header")).to_contain_text(person)
        expect(page.locator(".message").first).to_be_visible()


def thread(page: Page) -> None:
    read(page, ANA, LENA, JON, MEI)


def phone_thread(page: Page) -> None:
    page.locator(f".row[data-key='{MEI}']").click()
    expect(page.locator(".message").first).to_be_visible()


def details(page: Page) -> None:
    read(page, ANA, LENA, MEI, JON)
    page.locator(".message summary").click()
    expect(page.locator(".card table")).to_be_visible()


def problems(page: Page) -> None:
    read(page, ANA, LENA, JON, MEI)
    page.get_by_role("link", name="Problems").click()
    expect(page.locator(".entry")).to_have_count(5)


def controls(page: Page) -> None:
    thread(page)
    page.get_by_role("button", name="Clock and faults").click()
    page.get_by_role("combobox", name="Kind").select_option("rate_limited")
    page.get_by_role("spinbutton", name="retry after").fill("2")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.get_by_role("list", name="Faults in force").get_by_role("listitem")).to_have_count(1)


def phone_list(page: Page) -> None:
    expect(page.get_by_role("option")).to_have_count(6)


def call(page: Page) -> None:
    read(page, ADA, GRACE, LINUS, MARGARET)
    expect(page.get_by_role("button", name="Answer")).to_be_visible()


def timeline(page: Page) -> None:
    expect(page.get_by_role("option")).to_have_count(4)
    page.get_by_role("link", name="Timeline").click()
    expect(page.locator(".entry")).to_have_count(9)


WIDE: dict[str, Any] = {"viewport": DESKTOP}
NARROW: dict[str, Any] = {"viewport": PHONE, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


class Camera(NamedTuple):
    """A browser, and the simulator that it looks at."""

    browser: Browser
    twilio: Simulator

    def take(self, name: str, prepare: Callable[[Page], None], size: dict[str, Any], *schemes: str) -> None:
        """Take a picture of what the page comes to, in these colour schemes."""
        for scheme in schemes:
            with opened(self.browser, self.twilio.url, color_scheme=scheme, **size) as page:
                expect(page.locator(".link")).to_have_attribute("data-state", "live")
                prepare(page)
                page.mouse.move(0, 0)
                path = IMAGES / f"simulator_{name}_{scheme}.png"
                page.screenshot(path=path, animations="disabled", caret="hide")
                if shutil.which("pngquant"):
                    subprocess.run(["pngquant", "--force", "--skip-if-larger", "--output", path, path], check=True)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    settings = {"port": 8480, "pace": 0.5, "speed": 0, "undeliverable": {JON: 30005, LINUS: 30003}, "people": PEOPLE}
    with chromium() as browser, simulator(**settings) as twilio:
        camera = Camera(browser, twilio)
        night = Night(twilio)
        happen(night)
        camera.take("inbox", thread, WIDE, "light", "dark")
        camera.take("details", details, WIDE, "light", "dark")
        camera.take("phone_list", phone_list, NARROW, "light", "dark")
        camera.take("phone", phone_thread, NARROW, "light", "dark")
        camera.take("controls", controls, WIDE, "light", "dark")
        fail(night)
        camera.take("problems", problems, WIDE, "light", "dark")
        twilio.reset()
        night = Night(twilio)
        drill(night)
        night.call(MARGARET, 4)
        camera.take("call", call, WIDE, "light", "dark")
        wake(night)
        camera.take("timeline", timeline, WIDE, "light", "dark")


if __name__ == "__main__":
    main()
