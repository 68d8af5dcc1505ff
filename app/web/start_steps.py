"""What the first steps ask and keep: the identity, the clock, and how mail will leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field
from sqlalchemy import func, select

from app.bootstrap import Office
from core.db import Base
from core.errors import BadInput
from core.settings import kept
from core.settings.loading import checked
from core.values import ReleaseKind
from core.wording import worded
from core.zones import zone
from distributor.checks.base import Case, Finding
from distributor.checks.domain import Check
from distributor.sending import sender_domain
from monitor.catalogue import importing, reading

STEPS: Final = ("office", "sender", "contacts", "sources", "rehearsal")
_SECTION: Final = "organisation"


class Step(StrEnum):
    """Those that show what is there and lead on."""

    SENDER = "sender"
    CONTACTS = "contacts"
    SOURCES = "sources"
    REHEARSAL = "rehearsal"


class Identity(BaseModel):
    name: str = Field("", max_length=300)
    name_ar: str = Field("", max_length=300)
    sender: str = Field("", max_length=300)
    zone: str = Field("", max_length=60)

    def tree(self) -> Mapping[str, str]:
        """By the names of the settings."""
        return {
            "name": " ".join(self.name.split()),
            "name_ar": " ".join(self.name_ar.split()),
            "from": self.sender.strip(),
            "zone": self.zone.strip(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderState:
    """Which channels mail can leave by, and what the sender's domain says of them."""

    channels: Sequence[str]
    was_asked: bool
    findings: Sequence[Finding]


def identity_of(office: Office) -> Identity:
    """What was kept on screen, and of the rest what holds now."""
    now, later = office.settings.organisation, pending(office)
    return Identity(
        name=later.get("name", now.name),
        name_ar=later.get("name_ar", now.name_ar),
        sender=later.get("from", now.sender),
        zone=later.get("zone", now.zone),
    )


def pending(office: Office) -> Mapping[str, str]:
    """What was kept on screen and does not hold yet."""
    now = office.settings.organisation.model_dump(by_alias=True)
    later = kept.read(office.settings.data_dir).get(_SECTION, {})
    return {name: str(said) for name, said in later.items() if said != now.get(name)}


def keep_identity(office: Office, typed: Identity) -> None:
    """Keep it for the next start. Raises BadInput by field, and keeps nothing then."""
    said = typed.tree()
    if not said["name"]:
        raise BadInput(
            worded("The office needs a name."),
            to="name",
            mend=worded("Write it as journalists shall read it."),
        )
    if "@" not in said["from"].strip("@"):
        raise BadInput(
            worded("This is not a mail address."),
            to="sender",
            mend=worded("Write it like presse@ministere.ma."),
        )
    _require_zone(said["zone"])
    now = office.settings.model_dump(by_alias=True)
    checked(kept.beneath(now, {_SECTION: dict(said)}))
    kept.keep(office.settings.data_dir, _SECTION, said)


def sender_state(office: Office) -> SenderState:
    """Asks the name servers, so no transaction may be open."""
    settings, channels = office.settings, sorted(office.settings.channels)
    domains = [
        sender_domain.look_up(settings, channel=one, resolver=office.resolver)
        for one in channels
    ]
    domain = next((one for one in domains if one is not None), None)
    case = Case(
        kind=ReleaseKind.COMMUNIQUE,
        number="",
        zone=settings.organisation.zone,
        now=office.clock.now(),
        zone_rules=office.zone_rules,
        domain=domain,
    )
    return SenderState(
        channels=channels,
        was_asked=domain is not None,
        findings=list(Check().examine(case)),
    )


def take_starter_list(office: Office) -> None:
    listed = reading.read_list(Path(reading.STARTER))
    with office.database.write() as session:
        importing.store(session, listed, now=office.clock.now())


def count(office: Office, rows: type[Base]) -> int:
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def _require_zone(name: str) -> None:
    try:
        zone(name)
    except BadInput as error:
        raise _no_zone() from error


def _no_zone() -> BadInput:
    return BadInput(
        worded("There is no such time zone."),
        to="zone",
        mend=worded("Write it like Africa/Casablanca."),
    )
