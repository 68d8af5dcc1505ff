"""Weekday: a date whose weekday is another's, and a day that no calendar has."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level, VersionText
from distributor.checks.reading.dates import WrittenDate, written_dates
from distributor.checks.reading.plain import line_of


class Check:
    name: ClassVar[str] = "weekday"
    levels: ClassVar[Mapping[str, Level]] = {
        "weekday": Level.RED,
        "impossible-date": Level.RED,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        for version in case.versions:
            text = f"{version.title}\n{version.body}"
            for one in written_dates(
                text, near=case.near.date(), language=version.language
            ):
                place = f"{version.language}:{max(1, line_of(text, one.start) - 1)}"
                written = " ".join(text[one.start : one.end].split())
                if not one.days:
                    if one.dated:
                        yield _impossible(written, place)
                elif not one.is_coherent():
                    yield _mismatch(version, one, written, place)


def _mismatch(
    version: VersionText, one: WrittenDate, written: str, place: str
) -> Finding:
    return Finding(
        check="weekday",
        level=Level.RED,
        what=N_("The weekday of “{written}” does not fit: that day is a {day}."),
        mend=N_("Correct the weekday or the date, in every version."),
        to=place,
        values={
            "written": written,
            "language": version.language,
            "day": one.days[0].isoformat(),
        },
    )


def _impossible(written: str, place: str) -> Finding:
    return Finding(
        check="impossible-date",
        level=Level.RED,
        what=N_("There is no such day as “{written}”."),
        mend=N_("Correct the date, in every version."),
        to=place,
        values={"written": written},
    )
