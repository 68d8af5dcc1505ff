"""Plays the rehearsal and writes its review and its balance in every format: `python docs/samples.py`.

It takes the two minutes that the rehearsal takes, and reaches nothing outside the machine.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import core.reporting.formats
from app.rehearsal.run import Rehearsal, opened
from app.reviews import calendar, editions
from app.reviews.balance import balance
from app.worker import ticking
from core import log
from core.catalogue import members
from core.clock import SystemTimer
from core.reporting.formats.base import Format
from core.reporting.layouts import Layout, spoken
from core.reporting.report import Report
from core.values import Language
from distributor.releases.importing import find

FOLDER = Path(__file__).parent / "samples"
LAID_OUT = (Layout.FRENCH, Layout.ARABIC, Layout.BILINGUAL)
BOTH = (Layout.FRENCH, Layout.ARABIC)
# What carries data is written once, in French. A page and a Word file of the balance are
# half a megabyte each, so its layouts are shown by its PDF.
LAYOUTS = {
    "review": {"html": LAID_OUT, "pdf": LAID_OUT, "docx": LAID_OUT, "xlsx": BOTH},
    "balance": {
        "html": (Layout.BILINGUAL,),
        "pdf": LAID_OUT,
        "docx": (Layout.FRENCH,),
        "xlsx": BOTH,
    },
}
DAY = "2018-12-06"
RELEASE = "112/2018"
# The readers' languages, as they show in their addresses.
READERS = {"cabinet@ministere.test": "fr", "sg@ministere.test": "ar"}
_PAUSE = timedelta(milliseconds=200)

File = tuple[str, bytes]


def main() -> None:
    log.configure(level="error")
    with (
        tempfile.TemporaryDirectory() as data,
        opened(port=0, data=Path(data) / "office") as rehearsal,
    ):
        play(rehearsal)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        for name, content in (
            *reviews(rehearsal),
            *balances(rehearsal),
            *mails(rehearsal),
        ):
            (FOLDER / name).write_bytes(content)
            sys.stdout.write(f"{name}: {len(content) // 1024} KB\n")


def play(rehearsal: Rehearsal) -> None:
    """Let its days pass, until the last morning's review left."""
    timer = SystemTimer()
    with ticking(rehearsal.jobs):
        while rehearsal.clock.now() < rehearsal.end:
            timer.wait(_PAUSE)


def reviews(rehearsal: Rehearsal) -> Iterator[File]:
    office = rehearsal.office
    settings, now = office.settings, office.clock.now()
    with office.database.read() as session:
        slot = calendar.by_key(DAY, settings.review, settings.organisation.zone)
        report = editions.preview(session, slot, settings=settings, now=now)
    for name, layout in layouts("review"):
        yield written("review", report, name, layout)


def balances(rehearsal: Rehearsal) -> Iterator[File]:
    office = rehearsal.office
    with office.database.read() as session:
        release = find(session, RELEASE)
        for name, layout in layouts("balance"):
            report = balance(
                session,
                release.id,
                language=spoken(layout, Language.FRENCH)[0].language,
                settings=office.settings,
                now=office.clock.now(),
            )
            yield written("balance", report, name, layout)


def layouts(what: str) -> Iterator[tuple[str, Layout]]:
    for name in sorted(members(core.reporting.formats, "Format")):
        for layout in LAYOUTS[what].get(name, (Layout.FRENCH,)):
            yield name, layout


def written(what: str, report: Report, name: str, layout: Layout) -> File:
    made: Format = members(core.reporting.formats, "Format")[name]()
    part = f"-{layout}" if name in LAYOUTS[what] else ""
    content = made.write(report, spoken(layout, Language.FRENCH))
    return f"{what}{part}.{made.suffix}", content


def mails(rehearsal: Rehearsal) -> Iterator[File]:
    """The newest review that each reader got."""
    for address, language in READERS.items():
        newest = next(one for one in rehearsal.room.mails() if one.recipient == address)
        yield f"review-{language}.eml", newest.mail.as_bytes()


if __name__ == "__main__":
    main()
