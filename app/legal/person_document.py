"""A person's own file as a document: what is kept of them, to be read without a machine."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.legal.facts import called, controller_facts, fact
from app.legal.register import Controller
from core.i18n import N_, Words
from core.reporting.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Points,
    Run,
    Style,
)
from core.reporting.speaking import Speaker

# The parts of a person's file in the order they are read, with their names.
_PARTS: Final[Mapping[str, str]] = {
    "contacts": N_("On the press list"),
    "deliveries": N_("Messages, and what became of them"),
    "left_out": N_("Dispatches that left you out"),
    "suppressions": N_("Oppositions"),
    "liftings": N_("Oppositions that were taken back"),
    "bylines": N_("Articles that are taken for yours"),
    "editions": N_("Editions of the review that name you as an author"),
    "guests": N_("At the door of events"),
    "crews": N_("In the crew of somebody else"),
    "requests": N_("What you asked about your data"),
    "changes": N_("How your entry changed by imports and merges"),
    "waiting_files": N_("Contact files that wait to be imported and name you"),
    "test_mails": N_("Test mails to your address"),
    "answers_to_programs": N_("Answers kept for programs that name you"),
    "remarks": N_("Remarks that name you"),
    "journal": N_("Lines of the journal about your entry"),
    "account": N_("Your account"),
}


def lay_out(
    known: Mapping[str, Any],
    said: Words,
    *,
    controller: Controller,
    made_at: datetime,
    zone: str,
) -> Document:
    """*known* as `person.known` tells it, in one language."""
    speaker = Speaker([said], zone)
    return Document(
        spoken=[said],
        title=said.gettext("What is kept of you"),
        organisation=called(controller, said),
        foot=[Run(text=said.moment(made_at, zone, "long"))],
        zone=zone,
        blocks=tuple(_blocks(known, speaker, controller)),
    )


def _blocks(
    known: Mapping[str, Any], speaker: Speaker, controller: Controller
) -> Iterator[Block]:
    said = speaker.first
    yield Heading(level=1, runs=[Run(text=said.gettext("What is kept of you"))])
    yield Points(
        items=[
            fact(speaker, N_("Addresses:"), ", ".join(known["addresses"])),
            *controller_facts(controller, speaker),
        ]
    )
    yield Paragraph(
        runs=[
            Run(
                text=said.gettext(
                    "The file data.json beside this page holds the same for a machine, complete and with every moment."
                )
            )
        ],
        style=Style.NOTE,
    )
    for key, name in _PARTS.items():
        value = known.get(key)
        if value:
            yield Heading(level=2, runs=[Run(text=said.gettext(name))])
            yield from _part(value, speaker)


def _part(value: Any, speaker: Speaker) -> Iterator[Block]:
    rows = [value] if isinstance(value, Mapping) else value
    for row in rows:
        yield Points(items=list(_facts(row, speaker)))


def _facts(
    row: Mapping[str, Any], speaker: Speaker, above: str = ""
) -> Iterator[Paragraph]:
    """Each value with the name it has in data.json, so that the two can be compared."""
    for name, value in row.items():
        whole = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _facts(value, speaker, f"{whole}.")
        elif _is_rows(value):
            for place, inner in enumerate(value, start=1):
                yield from _facts(inner, speaker, f"{whole}.{place}.")
        elif value not in (None, "", [], ()):
            yield Paragraph(
                runs=[
                    Run(text=f"\u2066{whole}\u2069", strong=True),
                    Run(text=" "),
                    Run(text=f"\u2068{_told(value, speaker)}\u2069"),
                ]
            )


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _told(value: Any, speaker: Speaker) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return speaker.first.moment(value, speaker.zone, "medium")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
