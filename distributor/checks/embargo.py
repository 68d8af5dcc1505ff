"""Embargo: text and setting must say the same, and the plan must respect it."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level, VersionText
from distributor.checks.reading.plain import line_of

# The word alone is also what states do to each other's trade.
_SAID: Final = re.compile(
    r"\bembargo\s*(?::|jusqu|until\b|till\b|strict\b|presse\b|\(|le\s+\d|au\s+\d)"
    r"|\bembargoed\s+(?:until|till|for)\b|\bnot for (?:publication|release) before\b"
    r"|\bne pas (?:publier|diffuser) avant\b"
    r"|^[^\w\n]{0,20}(?:sous |under )?embargo[^\w\n]{0,20}$"
    r"|محظور(?:ة)?\s+(?:ال)?نشر|حظر\s+النشر|يحظر\s+نشر|لا\s+ينشر\s+قبل|تحت\s+الحظر",
    re.IGNORECASE | re.MULTILINE,
)


class Check:
    name: ClassVar[str] = "embargo"
    levels: ClassVar[Mapping[str, Level]] = {
        "embargo-not-set": Level.RED,
        "embargo-later": Level.RED,
        "embargo-not-said": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.embargo_at is None or case.embargo_wall is None:
            yield from _not_set(case)
            return
        until = case.embargo_wall
        values = {"day": until.date().isoformat(), "hour": f"{until:%H:%M}"}
        if case.hour is not None and case.hour.due_at < case.embargo_at:
            yield Finding(
                check="embargo-later",
                level=Level.RED,
                what=N_("The embargo ends on {day} at {hour}, after this is to leave."),
                mend=N_("Plan it for that hour or a later one."),
                to="embargo",
                values=values,
            )
        for version in case.versions:
            if not _SAID.search(f"{version.title}\n{version.body}"):
                yield Finding(
                    check="embargo-not-said",
                    level=Level.AMBER,
                    what=N_(
                        "An embargo is set, and this version does not say so ({language})."
                    ),
                    mend=N_(
                        "Write above the text until when it must not be published."
                    ),
                    to=version.language,
                    values={"language": version.language},
                )


def _not_set(case: Case) -> Iterator[Finding]:
    for version in case.versions:
        found = _found(version)
        if found:
            place, written = found
            yield Finding(
                check="embargo-not-set",
                level=Level.RED,
                what=N_(
                    "The text speaks of an embargo (“{written}”), and none is set."
                ),
                mend=N_("Set the release's embargo, or take these words out."),
                to=place,
                values={"written": written},
            )


def _found(version: VersionText) -> tuple[str, str] | None:
    """Where the text speaks of an embargo, and its whole line."""
    in_title = _SAID.search(version.title)
    if in_title:
        return f"{version.language}, title", version.title
    found = _SAID.search(version.body)
    if not found:
        return None
    line = line_of(version.body, found.start())
    return f"{version.language}:{line}", version.body.split("\n")[line - 1].strip()
