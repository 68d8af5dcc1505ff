"""Fills the office as a person would by the command line: releases, contacts, sources, plans."""

from datetime import datetime, timedelta
from pathlib import Path

from app.bootstrap import Office
from app.rehearsal import desk
from app.rehearsal.newsroom import Newsroom
from app.reviews import readers
from core import accounts
from core.values import ReleaseKind, Role
from core.zones import moment_of
from distributor.contacts import importing as contact_importing
from distributor.newsroom import publishing
from distributor.newsroom.publishing import When, Wish
from distributor.releases import importing as release_importing
from distributor.releases.importing import Details
from distributor.sending.plan import plan
from monitor import watches
from monitor.catalogue import add_source

VISITOR = "demo"
LIST = "presse-nationale"
READERS = "lecteurs-de-la-revue"
WATCHES = {
    "Agences urbaines": (
        '"agence urbaine" OR "الوكالة الحضرية" OR "urban agency" OR "urban agencies"'
    ),
    "Habitat et logement": (
        "title:(logement OR habitat OR السكن OR السكنى) OR"
        " (ministre OR وزير) NEAR/8 (logement OR habitat OR السكنى)"
    ),
}


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    """A wall time of December 2018, the month of the real meeting."""
    return datetime(2018, 12, day, hour, minute)  # noqa: DTZ001 - a wall time


START = wall(3, 7, 30)
END = wall(6, 9)


def moments(zone: str) -> tuple[datetime, datetime]:
    return moment_of(START, zone), moment_of(END, zone)


def fill(office: Office, newsroom: Newsroom, folder: Path) -> None:
    """Everything in one transaction: an office is filled or it is not."""
    now = office.clock.now()
    zone = office.settings.organisation.zone
    people = contact_importing.read(folder / "contacts.csv")
    reading = contact_importing.read(folder / "readers.csv")
    with office.database.write() as session:
        visitor = accounts.add(
            session,
            name=VISITOR,
            role=Role.ADMINISTRATOR,
            password=office.ids.token(),
            now=now,
        )
        contact_importing.store(session, people.rows, list_name=LIST, now=now)
        contact_importing.store(session, reading.rows, list_name=READERS, now=now)
        readers.add(
            session,
            name="Cabinet et secrétariat général",
            list_name=READERS,
            channel="smtp",
            layout="",
            sections=(),
            kinds=["morning", "flash"],
            with_pdf=True,
            settings=office.settings,
            by=VISITOR,
            now=now,
        )
        for outlet in newsroom.outlets:
            add_source(
                session,
                outlet_name=outlet.name,
                language=outlet.language,
                outlet_kind=outlet.kind,
                homepage=f"http://{outlet.host}/",
                kind=outlet.source,
                url=outlet.source_url,
                now=now,
            )
        for name, query in WATCHES.items():
            watches.add(session, name=name, query=query, by=VISITOR, now=now)
        for name, number, kind, parent, embargo, at in (
            ("invitation", "111/2018", ReleaseKind.INVITATION, "", None, wall(3, 9)),
            (
                "rencontre",
                "112/2018",
                ReleaseKind.COMMUNIQUE,
                # Who said to come is asked who wrote.
                "111/2018",
                wall(4, 8),
                wall(4, 9),
            ),
        ):
            release = release_importing.store(
                session,
                number=number,
                kind=kind,
                versions=release_importing.read(
                    sorted((folder / "releases").glob(f"{name}-*.md"), reverse=True)
                ),
                zone=zone,
                embargo_wall=embargo,
                event_wall=wall(5, 9),
                details=Details(parent=parent),
                now=now - timedelta(hours=1),
            )
            dispatch = plan(
                session,
                release_id=release.id,
                list_name=LIST,
                wall=at,
                zone=zone,
                channel="smtp",
                settings=office.settings,
                zone_rules=office.zone_rules,
                ids=office.ids,
                now=now,
            )
            if office.settings.newsroom.enabled:
                publishing.put(
                    session,
                    release,
                    Wish(when=When.WITH_DISPATCH, dispatch_id=dispatch.id),
                    pictures=(),
                    account=visitor,
                    settings=office.settings,
                    now=now,
                )
        desk.aim(session, desk.read(folder, zone=zone), now=now)
