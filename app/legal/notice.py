"""The information notice: what people are told before and when their data is kept.

Made from the same values as the register, so that the two never disagree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.legal import words as names
from app.legal.facts import called, country, numbered
from app.legal.personal import Use
from app.legal.processors import Abroad
from app.legal.register import Controller, Kept, Register
from core.i18n import N_, Words
from core.values import Language

# Of the people whom the notice speaks to; the others are the office's own.
_USES: Final = (Use.PRESS, Use.EVENTS, Use.REVIEW, Use.RIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()


def sections(register: Register, said: Words) -> Sequence[Section]:
    return [
        _who(register.controller, said),
        *(_why(register, use, said) for use in _USES),
        _origin(said),
        *_recipients(register, said),
        _rights(register, said),
        _tracking(register, said),
        _authority(register.controller, said),
    ]


def _who(given: Controller, said: Words) -> Section:
    _ = said.gettext
    arabic = said.language is Language.ARABIC
    name = (arabic and given.correspondent_ar) or given.correspondent
    seat = given.address_ar if arabic else given.address
    return Section(
        title=_("Who answers for your data"),
        sentences=[_isolated(called(given, said))],
        points=[
            one
            for one in (
                seat and _isolated(seat),
                name and f"{_('Write to:')} {_isolated(name)}",
                f"{_('Mail:')} {_isolated(given.email)}",
                given.phone and f"{_('Telephone:')} {_isolated(given.phone)}",
            )
            if one
        ],
    )


def _why(register: Register, use: Use, said: Words) -> Section:
    _ = said.gettext
    treatment = next(one for one in register.treatments if one.use is use)
    sorts = [_(names.SORTS[sort]) for sort in treatment.sorts]
    return Section(
        title=_(names.USES[use]),
        sentences=[_(names.PURPOSES[use])],
        points=[
            f"{_('Basis:')} {_(names.BASES[treatment.basis])}",
            f"{_('Data:')} {' · '.join(sorts)}",
            *(
                f"{_('How long:')} {_kept(one, said)}"
                for one in register.retention
                if use in one.uses and one.days is not None
            ),
        ],
    )


def _kept(one: Kept, said: Words) -> str:
    return f"{said.gettext(one.what)} – {said.lasting(timedelta(days=one.days or 1))}"


def _origin(said: Words) -> Section:
    _ = said.gettext
    return Section(
        title=_("Where we have it from"),
        sentences=[
            _(
                "From you, from your newsroom, from public directories and from what the press publishes. The entry of each contact says where it comes from, and we tell it on request."
            )
        ],
    )


def _recipients(register: Register, said: Words) -> Iterator[Section]:
    """That nothing is abroad is a promise: it wants each service's place to be stated."""
    _ = said.gettext
    abroad = [one for one in register.processors if one.abroad is Abroad.ABROAD]
    unsaid = [one.host for one in register.processors if one.abroad is Abroad.UNSAID]
    points = [f"{_isolated(one.host)} – {country(one.country, said)}" for one in abroad]
    transfer = numbered(
        register.controller.transfer, register.controller.transfer_on, said
    )
    if abroad and transfer:
        points.append(f"{_('Authorisation of transfers abroad (F118):')} {transfer}")
    sentences = [
        _("The people of this office, and the services that carry its messages.")
    ]
    if abroad:
        sentences.append(_("These services keep what they get abroad:"))
    elif not unsaid:
        sentences.append(_("Nothing is kept abroad."))
    yield Section(title=_("Who gets it"), sentences=sentences, points=points)
    if unsaid:
        yield Section(
            title=_("Where it is kept"),
            sentences=[
                _(
                    "In which country these services keep what they get is not yet stated:"
                )
            ],
            points=[_isolated(host) for host in dict.fromkeys(unsaid)],
        )


def _rights(register: Register, said: Words) -> Section:
    _ = said.gettext
    days = register.answer_days
    return Section(
        title=_("Your rights"),
        sentences=[
            _(
                "You may receive what is kept of you, have it corrected or erased, and object to it without giving a reason."
            ),
            said.ngettext(
                "Write to us, or use the links at the foot of each of our messages; you are answered within %(num)s day.",
                "Write to us, or use the links at the foot of each of our messages; you are answered within %(num)s days.",
                days,
            )
            % {"num": said.number(days)},
            _(
                "Whoever objects receives nothing more: a hash of the address stays, only to refuse it."
            ),
        ],
    )


def _tracking(register: Register, said: Words) -> Section:
    seen = register.tracking
    return Section(
        title=said.gettext("Nobody is followed"),
        sentences=[
            said.gettext(
                "Our messages and pages load nothing of others, our links are not rewritten, and visitors get no cookie."
            )
            if not seen.amiss
            else said.gettext("A template loads or runs something of others."),
            said.gettext(
                "What a mail service reports of opened mails or followed links is kept."
            )
            if seen.opens or seen.clicks
            else said.gettext("Whether you open a message is not noted."),
        ],
    )


def _authority(given: Controller, said: Words) -> Section:
    _ = said.gettext
    return Section(
        title=_("The authority"),
        sentences=[
            _(
                "You may complain to the National Commission for the Control of Personal Data Protection (CNDP), or in the European Union to the authority of your country."
            )
        ],
        points=list(_numbers(given, said)),
    )


def _numbers(given: Controller, said: Words) -> Iterator[str]:
    for name, number, day in (
        (N_("Declaration to the CNDP:"), given.declaration, given.declared_on),
        (N_("Authorisation of the CNDP:"), given.authorisation, given.authorised_on),
    ):
        if number:
            yield f"{said.gettext(name)} {numbered(number, day, said)}"


def _isolated(text: str) -> str:
    return f"\u2068{text}\u2069"
