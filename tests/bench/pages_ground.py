"""An office as it is after years: a million articles, ten thousand contacts, a thousand releases.

Built once for each size and kept among the temporary files; a run works on a copy. What is
older than a month has no full text, as retention leaves it.
"""

import hashlib
import random
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import searching_ground
from alembic import command
from sqlalchemy import insert, text, update

from app.migrations.history import config, newest
from app.tables import metadata
from core.db import open_database
from core.models import Account, Alert, Outlet, Release, Version
from core.values import Role
from distributor.models import (
    Contact,
    Delivery,
    Dispatch,
    MailingList,
    Membership,
    Publication,
    PublishedText,
)
from distributor.newsroom.copying import searchable
from monitor.models import Article, Coverage, LookBack, Poll, Source, Watch, WatchMatch
from monitor.releases import seals

RELEASES = 1_000
CONTACTS = 10_000
DISPATCHES = 100
DELIVERIES = 300  # of each dispatch that is over
LINES = 20  # of coverage, of each release
SOURCES = 112
POLLS = 300  # of each source
WATCHES = 20
MATCHES = 500  # of each watch
WHO = "bench"
LIST = "nationale"
# Seconds between two articles, as `searching_ground` writes them.
APART = 40
LOT = 5_000
WORDS = 70


def kept(count):
    """The folder of the office of *count* articles; made when it is not there."""
    tables = f"{sorted(metadata.tables)} {newest()}"
    recipe = Path(__file__).read_bytes() + tables.encode()
    name = f"parution-pages-{count}-{hashlib.sha256(recipe).hexdigest()[:8]}"
    folder = Path(tempfile.gettempdir()) / name
    if not (folder / "parution.db").exists():
        shutil.rmtree(folder, ignore_errors=True)
        half = folder.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        build(f"sqlite:///{half}/parution.db", count)
        half.rename(folder)
    return folder


def build(url, count):
    now = datetime.now(UTC).replace(microsecond=0)
    searching_ground.WORDS = WORDS
    searching_ground.BEGAN = now - timedelta(seconds=APART * (count + 60))
    database = open_database(url)
    _tables(database)
    searching_ground.build(url, count).close()
    chance = random.Random(7)
    with database.write() as session:
        for step in (_people, _releases, _coverage, _dispatches, _listening, _newsroom):
            step(session, chance, count, now)
    database.close()


def _tables(database):
    """Those of now, said to be so: a measure does not wait for its migration."""
    metadata.create_all(database.engine)
    said = config()
    with database.engine.begin() as connection:
        said.attributes["connection"] = connection
        command.stamp(said, "head")


def _put(session, model, rows):
    rows = list(rows)
    for first in range(0, len(rows), LOT):
        session.execute(insert(model), rows[first : first + LOT])


def _people(session, chance, count, now):
    session.add(
        Account(name=WHO, role=Role.ADMINISTRATOR, password_hash="", created_at=now)
    )
    session.add(MailingList(id=1, name=LIST))
    session.flush()
    _put(
        session,
        Contact,
        (
            {
                "id": one,
                "address": f"n{one}@press{one % 400}.test",
                "address_key": f"n{one}@press{one % 400}.test",
                "name": f"Nadia Alami {one}",
                "languages": [["fr"], ["ar"], ["ar", "fr"]][one % 3],
                "beats": ["urbanisme"] if one % 2 else [],
                "created_at": now,
                "updated_at": now,
            }
            for one in range(1, CONTACTS + 1)
        ),
    )
    _put(
        session,
        Membership,
        ({"mailing_list_id": 1, "contact_id": one} for one in range(1, CONTACTS + 1)),
    )


def _releases(session, chance, count, now):
    some = session.execute(
        text("SELECT language, title, full_text FROM article WHERE id <= 2000")
    ).all()
    by = {lang: [row for row in some if row.language == lang] for lang in ("fr", "ar")}
    _put(
        session,
        Release,
        (
            {
                "id": one,
                "number": f"{one}/2026",
                "year": 2026,
                "ordinal": one,
                "kind": ["communique", "invitation", "post-event"][one % 3],
                "zone": "Africa/Casablanca",
                "place": "Rabat",
                "created_at": now - timedelta(days=RELEASES - one),
            }
            for one in range(1, RELEASES + 1)
        ),
    )
    _put(
        session,
        Version,
        (
            {
                "release_id": one,
                "language": lang,
                "title": chance.choice(by[lang]).title,
                "body": "\n\n".join(
                    chance.choice(by[lang]).full_text for _ in range(6)
                ),
                "file_name": f"note.{lang}.md",
            }
            for one in range(1, RELEASES + 1)
            for lang in by
        ),
    )
    session.flush()
    _put(
        session,
        LookBack,
        (
            {"release_id": release_id, "seal": seal, "done_at": now}
            for release_id, seal in seals(session).items()
        ),
    )


def _coverage(session, chance, count, now):
    last = {one: now - timedelta(days=RELEASES - one) for one in range(RELEASES + 1)}
    rows = []
    for release in range(1, RELEASES + 1):
        for article in chance.sample(range(1, count + 1), LINES):
            decision = chance.choice(("confirmed", "rejected"))
            recent = release > RELEASES - 30
            rows.append(
                {
                    "article_id": article,
                    "release_id": release,
                    "label": chance.choice(
                        ("reprint", "partial", "rewrite", "mention")
                    ),
                    "score": round(chance.random(), 2),
                    "reasons": [{"code": "names", "names": "Rabat"}],
                    "passages": [],
                    "found_at": last[release],
                    "decision": "proposed" if recent else decision,
                }
            )
    _put(session, Coverage, rows)


def _dispatches(session, chance, count, now):
    _put(
        session,
        Dispatch,
        (
            {
                "id": one,
                "release_id": RELEASES - DISPATCHES - 20 + one,
                "mailing_list_id": 1,
                "channel": "outbox",
                "channels": ["outbox"],
                "wall": datetime(2026, 1, 1, 9),
                "zone": "Africa/Casablanca",
                "due_at": (at := now - timedelta(days=DISPATCHES + 2 - one)),
                "deadline_at": at + timedelta(days=1),
                "grace_minutes": 15,
                "zone_rules": "2026f",
                "release_seal": f"r{one}",
                "seal": f"d{one}",
                "state": "done",
                "left_out": [],
                "planned_at": at - timedelta(hours=3),
                "started_at": at,
                "ended_at": at + timedelta(minutes=5),
            }
            for one in range(1, DISPATCHES + 1)
        ),
    )
    states = ("accepted", "delivered", "delivered", "delivered", "bounced", "refused")
    deliveries = [
        {
            "id": (dispatch - 1) * DELIVERIES + place + 1,
            "dispatch_id": dispatch,
            "contact_id": (who := chance.randrange(CONTACTS // DELIVERIES) + 1)
            + place * (CONTACTS // DELIVERIES),
            "address": f"{dispatch}-{place}@press.test",
            "address_key": f"{dispatch}-{place}@press.test",
            "name": f"Nadia Alami {who}",
            "language": ("fr", "ar")[place % 2],
            "state": chance.choice(states),
            "due_at": now - timedelta(days=2),
            "token": f"b{dispatch}x{place}",
            # Without rows of attempts: beside no mark they would tell of a restored backup,
            # and nothing would be sent.
            "attempts": 1,
            "changed_at": now - timedelta(days=2),
        }
        for dispatch in range(1, DISPATCHES + 1)
        for place in range(DELIVERIES)
    ]
    _put(session, Delivery, deliveries)


def _listening(session, chance, count, now):
    states = ("ok", "ok", "ok", "ok", "quiet", "failing", "blocked")
    _put(
        session,
        Source,
        (
            {
                "id": one,
                "outlet_id": one,
                "kind": "feed",
                "url": f"http://journal{one}.test/feed",
                "domain": f"journal{one}.test",
                "options": {},
                "state": states[one % 7],
                "state_since": now - timedelta(days=1),
                "interval_seconds": 86_400,
                # The run's own feeds are asked, and no other.
                "next_poll_at": now + timedelta(days=900),
                "last_ok_at": now - timedelta(hours=1),
            }
            for one in range(1, SOURCES + 1)
        ),
    )
    _put(
        session,
        Poll,
        (
            {
                "source_id": source,
                "began_at": now - timedelta(minutes=10 * place),
                "outcome": "new",
                "status": 200,
                "entry_count": 20,
                "new_count": 2,
            }
            for place in range(POLLS)
            for source in range(1, SOURCES + 1)
        ),
    )
    _put(
        session,
        Watch,
        (
            {
                "id": one,
                "name": f"Veille {one}",
                "query": f"agence{one}",
                "created_at": now,
                "looked_back_to": 0,
            }
            for one in range(1, WATCHES + 1)
        ),
    )
    _put(
        session,
        WatchMatch,
        (
            {
                "watch_id": watch,
                "article_id": article,
                "found_at": now - timedelta(seconds=APART * (count - article)),
                "passages": [],
            }
            for watch in range(1, WATCHES + 1)
            for article in chance.sample(range(1, count + 1), min(MATCHES, count))
        ),
    )
    _put(
        session,
        Alert,
        (
            {
                "rule": "source-blocked",
                "about": f"source:{one % SOURCES + 1}",
                "raised_at": now - timedelta(hours=one),
                "ended_at": now - timedelta(hours=one - 1) if one > 10 else None,
                "fields": {"outlet": f"Journal{one % SOURCES + 1}"},
            }
            for one in range(1, 2_000)
        ),
    )
    # Retention: what is older than a month has no full text.
    session.execute(
        update(Article)
        .where(Article.id < count - 30 * 86_400 // APART)
        .values(full_text=None)
    )
    session.execute(update(Outlet).values(language="fr"))


def _newsroom(session, chance, count, now):
    versions = session.query(Version).all()
    _put(
        session,
        Publication,
        (
            {
                "id": one,
                "release_id": one,
                "slug": f"{one}-2026",
                "number": f"{one}/2026",
                "kind": "communique",
                "seal": "",
                "zone": "Africa/Casablanca",
                "asked_at": (at := now - timedelta(days=RELEASES + 1 - one)),
                "decided_at": at,
                "publish_at": at,
            }
            for one in range(1, RELEASES + 1)
        ),
    )
    _put(
        session,
        PublishedText,
        (
            {
                "publication_id": one.release_id,
                "language": one.language,
                "title": one.title,
                "body": one.body,
                "found_by": searchable(one.title),
            }
            for one in versions
        ),
    )
