"""Makes the register of processing from the installation at one moment: settings, tables, rows."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from app import retention
from app.bootstrap import Office
from app.legal import standing, tracking
from app.legal.personal import PERSONAL, Sort, Use
from app.legal.processors import processors
from app.legal.register import Controller, Kept, Register, Treatment
from core.settings import Settings


def gather(
    session: Session, office: Office, *, program: str, counts: bool = True
) -> Register:
    """*counts* are left out for the notice: whoever asks for that makes nobody count."""
    settings, now = office.settings, office.clock.now()
    found = processors(session, settings)
    seen = tracking.look(settings)
    return Register(
        made_at=now,
        zone=settings.organisation.zone,
        program=program,
        controller=controller(settings),
        answer_days=settings.legal.answer_days,
        treatments=tuple(_treatments(settings)),
        processors=found,
        retention=tuple(_kept(settings)),
        measures=tuple(standing.measures(settings)),
        tracking=seen,
        numbers=tuple(standing.numbers(session, settings, now)) if counts else (),
        missing=tuple(standing.missing(settings, found, seen)),
    )


def controller(settings: Settings) -> Controller:
    legal, office = settings.legal, settings.organisation
    return Controller(
        name=legal.called("fr") or office.called("fr"),
        name_ar=legal.called("ar") or office.called("ar"),
        name_en=legal.called("en") or office.called("en"),
        address=legal.seated("fr") or office.postal_address,
        address_ar=legal.seated("ar") or office.postal_address,
        country=legal.country,
        correspondent=legal.correspondent,
        correspondent_ar=legal.written_to("ar"),
        email=legal.correspondent_email or office.reply_to or office.sender,
        phone=legal.correspondent_phone,
        declaration=legal.declaration,
        declared_on=legal.declared_on,
        authorisation=legal.authorisation,
        authorised_on=legal.authorised_on,
        transfer=legal.transfer,
        transfer_on=legal.transfer_on,
    )


def _treatments(settings: Settings) -> Iterator[Treatment]:
    for use in Use:
        held = [
            (f"{table}.{column}", one.sort)
            for table, columns in PERSONAL.items()
            for column, one in columns.items()
            if one.use is use
        ]
        sorts = {sort for _, sort in held}
        yield Treatment(
            use=use,
            basis="duty" if use is Use.RIGHTS else settings.legal.basis,
            sorts=tuple(sort for sort in Sort if sort in sorts),
            columns=tuple(sorted(name for name, _ in held)),
        )


def _kept(settings: Settings) -> Iterator[Kept]:
    for rule in retention.rules(settings):
        uses = {use for table in rule.tables for use in _uses(table)}
        if uses:
            yield Kept(
                name=rule.name,
                what=rule.what,
                then=rule.then,
                days=rule.kept_for / timedelta(days=1) if rule.kept_for else None,
                since=rule.since,
                setting=rule.setting,
                why=rule.why,
                uses=tuple(use for use in Use if use in uses),
            )


def _uses(table: str) -> frozenset[Use]:
    """For what a table is kept; that its rows say who made them is another matter."""
    held = PERSONAL.get(table, {}).values()
    told = [one for one in held if one.sort is not Sort.DEEDS] or held
    return frozenset(one.use for one in told)
