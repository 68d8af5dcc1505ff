"""An event as its pages and files see it: the invitation, what the door knows, its guests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session

from app.bootstrap import Office
from core.models import Release, Version
from core.reporting.guests import GuestLine, GuestList
from core.reporting.report import Said
from core.values import Language
from distributor.after import attending, gathering, hearing
from distributor.after.attending import Guest, Turnout, Wanted
from distributor.after.gathering import Known

_HOME: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    release: Release
    version: Version | None
    known: Known
    turnout: Turnout


def event_of(session: Session, release_id: int, language: Language) -> Event:
    """The event that a release invites to, or reminds of. Raises NotFound, BadInput."""
    release = hearing.invitation_of(session, release_id)
    return Event(
        release=release,
        version=titled(release.versions, language),
        known=gathering.known(session, release.id),
        turnout=attending.turnout(session, release.id),
    )


def titled(versions: Sequence[Version], language: Language) -> Version | None:
    """The version in a reader's language, else the first there is."""
    return next(
        (one for one in versions if one.language == language),
        versions[0] if versions else None,
    )


def guest_list(session: Session, office: Office, event: Event, base: str) -> GuestList:
    """Whoever said they come, or came, with the addresses of their codes under *base*."""
    settings = office.settings
    release, facts = event.release, event.known.facts
    return GuestList(
        titles=tuple(
            Said(language=Language(one.language), text=one.title)
            for one in release.versions
        ),
        organisation=settings.organisation.name,
        organisation_ar=settings.organisation.name_ar,
        place=release.place,
        event_wall=release.event_wall,
        zone=settings.organisation.zone,
        made_at=office.clock.now(),
        people=event.turnout.people,
        capacity=facts.capacity,
        programme=tuple(facts.programme.splitlines()),
        entrance=tuple(facts.entrance.splitlines()),
        guests=(
            *_guests(session, office, release.id, base),
            *_walked_in(session, release.id),
        ),
    )


def own_address(office: Office, request: Request) -> str:
    """Where a telephone at the door finds these pages.

    As this reader does, unless that is this machine's own name for itself.
    """
    public = office.settings.web.public_url.rstrip("/")
    alone = bool(office.settings.web.public_port)
    if request.url.hostname in _HOME and public and not alone:
        return public
    return str(request.base_url).rstrip("/")


def _guests(
    session: Session, office: Office, release_id: int, base: str
) -> Iterator[GuestLine]:
    for one in attending.every_guest(session, release_id, wanted=Wanted.EXPECTED):
        token = attending.gate_token(office.links, release_id, one.contact_id)
        yield _line(one, f"{base}/gate/{token}" if base else "")


def _line(one: Guest, address: str) -> GuestLine:
    return GuestLine(
        name=one.name,
        outlet=one.outlet,
        answer=one.answer,
        crew_size=one.crew_size,
        crew=tuple(one.crew),
        plate=one.plate,
        equipment=one.equipment,
        address=address,
    )


def _walked_in(session: Session, release_id: int) -> Iterator[GuestLine]:
    for one in gathering.walk_ins(session, release_id):
        yield GuestLine(
            name=one.name or "–",
            outlet=one.outlet,
            answer="walk-in",
            crew_size=one.crew_size,
            plate=one.plate,
        )
