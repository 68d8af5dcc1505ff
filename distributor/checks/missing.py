"""Missing: what each kind of release must carry and this one does not."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level
from distributor.checks.reading.towns import towns
from distributor.releases.kinds import KINDS, Need

_CONTACT: Final = re.compile(
    r"(?:contacts?(?: (?:de |pour la )?presse)?|press contacts?|media contacts?"
    r"|للتواصل|للاتصال|مسؤول التواصل|الاتصال الصحفي)\W{0,6}:\W{0,4}[^\W\d_]{2,}",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+\.[\w-]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    to: str
    what: str
    mend: str
    # Whether a case lacks it, and which kinds need it; None is all of them.
    lacks: Callable[[Case], bool]
    need: Need | None = None


def _text(case: Case) -> str:
    return "\n\n".join(f"{one.title}\n{one.body}" for one in case.versions)


def _without_contact(case: Case) -> bool:
    return not case.press_contact and not _CONTACT.search(_text(case))


def _without_address(case: Case) -> bool:
    return not case.press_email and not _ADDRESS.search(_text(case))


def _without_number(case: Case) -> bool:
    return not any(sign.isdecimal() for sign in case.number)


def _without_signed(case: Case) -> bool:
    return not any(one.role == "signed" for one in case.attachments)


def _without_place(case: Case) -> bool:
    return not case.place and not towns(_text(case)).perhaps


_PARTS: Final[Mapping[str, _Part]] = {
    "no-number": _Part(
        to="number",
        what=N_("The release has no number."),
        mend=N_("Give it the next number of the year."),
        lacks=_without_number,
    ),
    "no-signatory": _Part(
        to="signatory",
        what=N_("Nobody signs the release."),
        mend=N_("Name who signs it."),
        lacks=lambda case: not case.signatory,
        need=Need.SIGNATORY,
    ),
    "no-press-contact": _Part(
        to="press_contact",
        what=N_("No press contact is named."),
        mend=N_("Name a person journalists may call."),
        lacks=_without_contact,
        need=Need.PRESS_CONTACT,
    ),
    "no-press-email": _Part(
        to="press_email",
        what=N_("The press contact has no e-mail address."),
        mend=N_("Give an address that somebody reads."),
        lacks=_without_address,
        need=Need.PRESS_CONTACT,
    ),
    "no-signed-file": _Part(
        to="attachments",
        what=N_("The signed and stamped PDF is missing."),
        mend=N_("Attach it: the national agency takes no communiqué without it."),
        lacks=_without_signed,
        need=Need.SIGNED,
    ),
    "no-event": _Part(
        to="event",
        what=N_("The day of the event is not set."),
        mend=N_("Set when the event is, so that reminders know it."),
        lacks=lambda case: case.event_wall is None,
        need=Need.EVENT,
    ),
    "no-place": _Part(
        to="place",
        what=N_("The release does not say where."),
        mend=N_("Say where the event is."),
        lacks=_without_place,
        need=Need.PLACE,
    ),
    "no-parent": _Part(
        to="parent",
        what=N_("The release does not say which one it is about."),
        mend=N_("Name the release it corrects, cancels or reminds of."),
        lacks=lambda case: not case.parent,
        need=Need.PARENT,
    ),
}


class Check:
    name: ClassVar[str] = "missing"
    levels: ClassVar[Mapping[str, Level]] = dict.fromkeys(_PARTS, Level.AMBER)

    def examine(self, case: Case) -> Iterator[Finding]:
        needs = KINDS[case.kind].needs
        for check, part in _PARTS.items():
            if (part.need is None or part.need in needs) and part.lacks(case):
                yield Finding(
                    check=check,
                    level=Level.AMBER,
                    what=part.what,
                    mend=part.mend,
                    to=part.to,
                )
