"""Wording: versions without a title or a text, and subjects that inboxes cut."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level, VersionText

_LONGEST: Final = 90


class Check:
    name: ClassVar[str] = "wording"
    levels: ClassVar[Mapping[str, Level]] = {
        "empty-title": Level.RED,
        "empty-body": Level.RED,
        "long-title": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        if not case.versions:
            yield Finding(
                check="empty-body",
                level=Level.RED,
                what=N_("The release has no version in any language."),
                mend=N_("Import a text, like note.fr.md."),
                to="versions",
            )
        for version in case.versions:
            yield from _title(version)
            if not _says_something(version.body):
                yield Finding(
                    check="empty-body",
                    level=Level.RED,
                    what=N_("This version has no text ({language})."),
                    mend=N_("Write the text, or take the version out."),
                    to=f"{version.language}, body",
                    values={"language": version.language},
                )


def _title(version: VersionText) -> Iterator[Finding]:
    title = " ".join(version.title.split())
    if not _says_something(title):
        yield Finding(
            check="empty-title",
            level=Level.RED,
            what=N_(
                "This version has no title, so its mail would have no subject ({language})."
            ),
            mend=N_("Write a title."),
            to=f"{version.language}, title",
            values={"language": version.language},
        )
    elif len(title) > _LONGEST:
        yield Finding(
            check="long-title",
            level=Level.AMBER,
            what=N_(
                "The subject has {length} characters; inboxes cut it after {longest}."
            ),
            mend=N_("Say it in a shorter title."),
            to=f"{version.language}, title",
            values={"length": str(len(title)), "longest": str(_LONGEST)},
        )


def _says_something(text: str) -> bool:
    return any(sign.isalnum() for sign in text)
