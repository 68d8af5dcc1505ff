"""An office with something behind every route, and a client for everybody."""

import asyncio
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from author_rows import published
from review_rows import freeze_morning
from routes import NOBODY
from screen_makers import an_office, cookie, fill
from source_rows import fill as fill_sources
from sqlalchemy import select

from app.tables import metadata
from app.web import make_app
from app.web.sessions import COOKIE
from core import accounts
from core.accounts import Right
from core.accounts.models import SignedIn
from core.clock import StoppedClock
from core.ids import CountedIds
from core.keys import Purpose
from core.models import Account, Attachment
from core.programs import tokens as tokens_of
from core.values import Role
from core.zones import wall_of
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.models import Delivery
from distributor.sending.bodies import Composed
from distributor.sending.mailings import send_notice
from distributor.sending.plan import plan
from distributor.states import Asked, Came
from monitor import rectifying
from monitor.models import Byline, Watch

# Salts and secrets differ each time; a token tells when it was last used.
_CHANCE = re.compile(
    r"hash$|secret|digest|credential|public_key|_used_at$|^uuid$|^key$"
)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Asker:
    """Asks in one loop of its own: a test client passes each request between threads nine times."""

    def __init__(self, app, runner):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx2.AsyncClient(
            transport=transport, base_url="http://testserver"
        )
        self._runner = runner
        self.cookies, self.headers = self._client.cookies, self._client.headers

    def request(self, method, path, **sent):
        return self._runner.run(self._client.request(method, path, **sent))

    def get(self, path, **sent):
        return self.request("GET", path, **sent)

    def post(self, path, **sent):
        return self.request("POST", path, **sent)

    def delete(self, path, **sent):
        return self.request("DELETE", path, **sent)


@dataclass
class World:
    office: object
    app: object
    # What the names in paths stand for: something that is there.
    things: dict = field(default_factory=dict)
    tokens: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)
    asker: object = None

    def client(self, who):
        """Signed in anew by cookie, and with their own token for the API."""
        made = self.asker
        made.cookies.clear()
        made.headers.pop("Authorization", None)
        made.cookies.set("parution_language", "en")
        if who != NOBODY:
            made.cookies.set(COOKIE, self._cookie(str(who)))
            made.headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return made

    def _cookie(self, who):
        """The one from before, unless something that was asked ended it."""
        with self.office.database.read() as session:
            is_in = (
                session.query(SignedIn.id)
                .join(Account, Account.id == SignedIn.account_id)
                .filter(Account.name == who)
                .first()
            )
        if is_in is None or who not in self.cookies:
            self.cookies[who] = cookie(self.office, who)
        return self.cookies[who]

    def rows(self):
        """Every row of every table, so that two moments or two offices can be compared."""
        with self.office.database.engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(_asked(table))))
                for table in metadata.tables.values()
                # Who is signed in is a matter of this world and not of what it is asked.
                if table is not SignedIn.__table__
            }


def _asked(table):
    """All of a table but what is made by chance, or told of each call."""
    kept = [one for one in table.columns if not _CHANCE.search(one.name)]
    return select(*kept)


@contextmanager
def a_world(folder=None, **changes):
    """In *folder*, or in one that is gone afterwards; *changes* are settings."""
    with tempfile.TemporaryDirectory() as spare:
        clock, ids = StoppedClock(AT), CountedIds()
        with an_office(Path(folder or spare), clock, ids, **changes) as opened:
            office = replace(opened, timer=clock)
            things, tokens = _fill(office)
            app = make_app(office)
            with asyncio.Runner() as runner:
                yield World(office, app, things, tokens, asker=Asker(app, runner))


def things_of(session, account, office, *, name):
    """What belongs to one person, new."""
    token, _ = tokens_of.make(
        session,
        account,
        name=name,
        scopes=[Right.READ],
        days=None,
        ids=office.ids,
        now=office.clock.now(),
    )
    row = SignedIn(
        account_id=account.id, digest=name, how="password", created_at=AT, seen_at=AT
    )
    session.add(row)
    session.flush()
    return {"token_id": token.id, "session_id": row.id}


def _fill(office):
    now = office.clock.now()
    fill(office)
    with office.database.write() as session:
        tokens = {
            str(role): tokens_of.make(
                session,
                accounts.by_name(session, str(role)),
                name="all",
                scopes=list(Right),
                days=None,
                ids=office.ids,
                now=now,
            )[1]
            for role in Role
        }
        spare = Account(
            name="spare", role=Role.READER, password_hash="", created_at=now
        )
        session.add(spare)
        session.flush()
        spares = things_of(session, spare, office, name="spare")
        fill_sources(session, now=now)
        published(
            session,
            1,
            outlet="Le 360",
            outlet_ar="",
            author="Nadia 1",
            title="A",
            at=now,
        )
        made = plan(
            session,
            release_id=1,
            list_name="nationale",
            wall=wall_of(now + timedelta(hours=3), "Africa/Casablanca"),
            zone="Africa/Casablanca",
            channel="outbox",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            planned_by=accounts.by_name(session, Role.WRITER),
            now=now,
        )
        session.add_all(
            [
                Watch(name="ministère", query="rabat", created_at=now),
                Byline(
                    article_id=1,
                    contact_id=1,
                    name="Nadia 1",
                    score=0.5,
                    reasons=[],
                    decision="proposed",
                    decided_by="",
                    found_at=now,
                ),
                Attachment(
                    release_id=1,
                    role="annex",
                    file_name="a.pdf",
                    media_type="application/pdf",
                    size=1,
                    digest="0",
                    content=b"1",
                ),
            ]
        )
        session.flush()
        delivery = session.query(Delivery).filter_by(dispatch_id=made.id).first()
        token = delivery.token
        things = {
            "release_id": 1,
            "dispatch_id": made.id,
            "delivery_id": delivery.id,
            "attachment_id": 1,
            "article_id": 1,
            "coverage_id": 1,
            "byline_id": 1,
            "error_id": rectifying.note(
                session, 1, wrong="a", right="b", by="spare", now=now
            ).id,
            "source_id": 1,
            "watch_id": 1,
            "account_id": spare.id,
            "day": "2026-11-24",
            "format_name": "html",
            "language": "fr",
            "channel": "sendgrid",
            # A name that stands for another thing below another path.
            "review:name": "morning",
            "static:name": "parution.css",
            "journal:kind": "csv",
            "people:what": "disable",
            "start:step": "sender",
            "source-lists:form": "opml",
            "api:name": "morning",
            "api:form": "html",
            # What belongs to another person than any who asks.
            **spares,
        }
        freeze_morning(session, office.settings, now=now)
        tokens_by_purpose = dict.fromkeys(Purpose, token)
        tokens_by_purpose[Purpose.MINE], things["request_id"] = _mine(session, office)
    for purpose, named in tokens_by_purpose.items():
        things[f"{purpose}:token"] = office.links.sign(purpose, named)
    return things, tokens


def _mine(session, office):
    """Somebody asked for their data: the token of the mail with the link, and the request."""
    now = office.clock.now()
    wish = Wish(
        kind=Asked.ACCESS, address="lecteur@presse.test", came_by=Came.PAGE, note=""
    )
    line = requests.note(session, wish, days=30, zone="UTC", by="visitor", now=now)
    said = Composed(language="fr", subject="S", plain="P", page="<p>P</p>")
    made = send_notice(
        session,
        about=f"mine:{line.id}",
        addresses=[wish.address],
        channel="outbox",
        bodies=[said],
        key="mine",
        settings=office.settings,
        zone_rules=office.zone_rules,
        ids=office.ids,
        now=now,
    )
    row = session.query(Delivery).filter_by(dispatch_id=made.id).one()
    return row.token, line.id
