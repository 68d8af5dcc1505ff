"""Facts that the register, the notice and a person's file say alike: names, numbers, lengths of time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from app.legal.register import Controller, Kept
from core.i18n import N_, Words
from core.reporting.document import Paragraph, Run
from core.reporting.speaking import Speaker
from core.values import Language


def called(controller: Controller, said: Words) -> str:
    own = {Language.ARABIC: controller.name_ar, Language.ENGLISH: controller.name_en}
    return own.get(said.language) or controller.name


def fact(speaker: Speaker, name: str, value: str | Callable[[Words], str]) -> Paragraph:
    """A name in bold, and what is said of it."""
    tell = value if callable(value) else (lambda _: f"\u2068{value}\u2069")
    return Paragraph(
        runs=[
            *speaker.runs(lambda one: f"{one.gettext(name)}", strong=True),
            Run(text=" "),
            *speaker.runs(tell),
        ]
    )


def controller_facts(given: Controller, speaker: Speaker) -> Iterator[Paragraph]:
    """What is known of who answers for the data; what was not said is left out."""
    told: Sequence[tuple[str, Callable[[Words], str]]] = (
        (N_("Name:"), lambda one: called(given, one)),
        (N_("Address:"), lambda one: _seat(given, one)),
        (N_("Write to:"), lambda one: _correspondent(given, one)),
        (N_("Mail:"), lambda _: given.email),
        (N_("Telephone:"), lambda _: given.phone),
        (
            N_("Declaration to the CNDP:"),
            lambda one: numbered(given.declaration, given.declared_on, one),
        ),
        (
            N_("Authorisation of the CNDP:"),
            lambda one: numbered(given.authorisation, given.authorised_on, one),
        ),
        (
            N_("Authorisation of transfers abroad (F118):"),
            lambda one: numbered(given.transfer, given.transfer_on, one),
        ),
    )
    for name, tell in told:
        if tell(speaker.first):
            yield fact(speaker, name, partial(_isolated, tell))


def _isolated(tell: Callable[[Words], str], said: Words) -> str:
    """A value of its own script inside a sentence."""
    return f"\u2068{tell(said)}\u2069"


def numbered(number: str, day: str, said: Words) -> str:
    """A number of the CNDP, and its day where one was given."""
    if not number or not day:
        return number
    return said.gettext("%(number)s of %(day)s") % {
        "number": f"\u2068{number}\u2069",
        "day": said.date(date.fromisoformat(day), "long"),
    }


def listed(said: Words, sentences: Sequence[str]) -> str:
    return " · ".join(dict.fromkeys(said.gettext(one) for one in sentences))


def span(one: Kept, said: Words) -> str:
    """How long, to the day, and from when."""
    if one.days is None:
        return said.gettext("without an end")
    length = said.lasting(timedelta(days=one.days))
    return said.gettext("%(length)s, counted from: %(since)s") % {
        "length": length,
        "since": said.gettext(one.since),
    }


def country(code: str, said: Words) -> str:
    return str(said.locale.territories.get(code, code))


def _seat(given: Controller, said: Words) -> str:
    return given.address_ar if said.language is Language.ARABIC else given.address


def _correspondent(given: Controller, said: Words) -> str:
    own = given.correspondent_ar if said.language is Language.ARABIC else ""
    return own or given.correspondent
