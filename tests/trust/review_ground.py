"""A press office over many days: outlets publish by chance, a person reads by chance."""

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import invariants_reporting
from invariants import Checker
from sqlalchemy import select

from app.reviews import calendar, editions
from app.reviews.edits import Edits, essential
from app.reviews.mailing import Mailing
from app.reviews.models import Edition
from app.reviews.readers import add
from app.reviews.states import EditionState
from app.reviews.ticking import Ticking
from core.errors import Conflict
from core.ids import CountedIds
from core.models import Outlet, Release, Version
from core.settings import Settings
from core.values import Language
from core.zones import ZoneRules
from distributor.models import Contact, MailingList, Membership
from monitor.models import Article, Coverage, Story, Watch, WatchMatch

RABAT = "Africa/Casablanca"
FIRST_DAY = date(2026, 9, 14)  # a Monday; the clocks of Morocco go back on the 20th
DAYS = 60
RULES = ZoneRules(version="2026c", origin="the tests")
SETTINGS = Settings.model_validate(
    {
        "channels": {"outbox": {"folder": "outbox"}},
        "organisation": {
            "name": "Ministère",
            "name_ar": "الوزارة",
            "from": "presse@ministere.test",
            "zone": RABAT,
        },
        "review": {"flash_articles": 3},
        "web": {"public_url": "https://presse.ministere.test"},
    }
)
LABELS = ("reprint", "partial", "rewrite", "mention")
DECISIONS = ("proposed", "proposed", "confirmed", "rejected")


class Desk:
    """The office, played day by day from one seed; everything it holds is in the database."""

    def __init__(self, database, clock, seed):
        self.database = database
        self.clock = clock
        self.dice = random.Random(seed)  # noqa: S311 - a history, no secret
        self.ids = CountedIds()
        self.count = 0
        self.previews_that_wrote = 0
        clock.move_to(datetime(2026, 9, 14, 4, tzinfo=UTC))
        with database.write() as session:
            self._fill(session)
        # Its articles are written by hand: what listening promises is not asked of them.
        self.checker = Checker(
            database, settings=SETTINGS, always=invariants_reporting.ALWAYS
        )

    def _fill(self, session):
        now = self.clock.now()
        release = Release(
            number="90/2026", kind="communique", zone=RABAT, created_at=now
        )
        release.versions = [
            Version(language="fr", title="Titre", body="Texte.", file_name="a.fr.md")
        ]
        watch = Watch(name="Habitat", query="habitat", created_at=now)
        outlets = [
            Outlet(name=name, name_ar=arabic, kind=kind, region=region)
            for name, arabic, kind, region in (
                ("Le Quotidien", "", "daily", ""),
                ("صدى الأطلس", "صدى الأطلس", "daily", ""),
                ("Agence", "الوكالة", "agency", ""),
                ("Souss Matin", "", "regional", "Souss-Massa"),
                ("Paris Soir", "", "daily", "FR"),
            )
        ]
        readers = MailingList(name="lecteurs")
        people = [
            Contact(
                address=f"{name}@cabinet.test",
                address_key=f"{name}@cabinet.test",
                name=name,
                languages=[language],
                beats=[],
                created_at=now,
                updated_at=now,
            )
            for name, language in (("cabinet", "fr"), ("sg", "ar"))
        ]
        session.add_all([release, watch, *outlets, readers, *people])
        session.flush()
        session.add_all(
            Membership(mailing_list_id=readers.id, contact_id=one.id) for one in people
        )
        add(
            session,
            name="Cabinet",
            list_name="lecteurs",
            channel="outbox",
            layout="",
            sections=(),
            kinds=["morning", "flash"],
            with_pdf=False,
            settings=SETTINGS,
            by="essai",
            now=now,
        )
        self.outlets = [one.id for one in outlets]
        self.release, self.watch = release.id, watch.id

    def restart(self):
        """Nothing but the database is carried over."""
        mailing = Mailing(settings=SETTINGS, zone_rules=RULES, ids=self.ids)
        self.ticking = Ticking(
            database=self.database,
            clock=self.clock,
            settings=SETTINGS,
            post=mailing,
        )

    def publish(self):
        """An outlet prints something; sometimes it is seen late, or is a copy."""
        now = self.clock.now()
        late = timedelta(hours=self.dice.choice([0, 0, 0, 1, 30, 60]))
        with self.database.write() as session:
            self.count += 1
            article = Article(
                outlet_id=self.dice.choice(self.outlets),
                url=f"https://a.test/{self.count}",
                address_hash=self.count,
                title=f"Titre {self.count}",
                title_hash=self.count,
                language=self.dice.choice(["fr", "ar", ""]),
                published_at=self.dice.choice([None, now - late]),
                first_seen_at=now,
                excerpt="Un extrait. " * self.dice.randint(0, 40),
                text_hash=f"{self.count:064x}",
            )
            session.add(article)
            session.flush()
            self._tell_story(session, article, now)
            if self.dice.random() < 0.6:
                session.add(
                    WatchMatch(
                        watch_id=self.watch,
                        article_id=article.id,
                        found_at=now,
                        passages=[
                            {
                                "field": "title",
                                "start": 0,
                                "end": 5,
                                "phrase": "habitat",
                            }
                        ],
                    )
                )
            if self.dice.random() < 0.6:
                session.add(
                    Coverage(
                        article_id=article.id,
                        release_id=self.release,
                        label=self.dice.choice(LABELS),
                        score=self.dice.random(),
                        reasons=[],
                        passages=[],
                        found_at=now,
                        decision=self.dice.choice(DECISIONS),
                        tone=self.dice.choice(["", "", "neutral", "negative"]),
                    )
                )

    def _tell_story(self, session, article, now):
        copied = session.scalars(
            select(Story).where(Story.last_at > now - timedelta(days=2))
        ).all()
        if copied and self.dice.random() < 0.3:
            article.story_id = self.dice.choice(copied).id
            return
        story = Story(
            origin_id=article.id, agency="", articles=1, first_at=now, last_at=now
        )
        session.add(story)
        session.flush()
        article.story_id = story.id

    def look(self):
        """A preview of any edition of the day: it must write nothing."""
        day = self.clock.now().date()
        for slot in calendar.slots(day, SETTINGS.review, RABAT):
            with self.database.read() as session:
                first = editions.preview(
                    session, slot, settings=SETTINGS, now=self.clock.now()
                )
                again = editions.preview(
                    session, slot, settings=SETTINGS, now=self.clock.now()
                )
            self.previews_that_wrote += first != again

    def read(self):
        """The person reads what is frozen: writes a line, leaves one out, validates."""
        with self.database.write() as session:
            for row in session.scalars(
                select(Edition).where(Edition.state == EditionState.FROZEN)
            ):
                articles = [
                    line.articles[0]
                    for part in editions.report_of(row).sections
                    for line in part.lines
                ]
                self.dice.shuffle(articles)
                row.edits = Edits(
                    essentials=tuple(
                        essential({Language.FRENCH: f"Ligne {one}."}, [one])
                        for one in articles[:2]
                    ),
                    order=tuple(articles[:3]),
                    left_out=frozenset(articles[3:4]),
                ).row()
                editions.validate(row, by="Salma", now=self.clock.now())

    def correct(self):
        with self.database.write() as session:
            row = session.scalars(
                select(Edition)
                .where(Edition.state == EditionState.SENT)
                .order_by(Edition.until.desc(), Edition.version.desc())
            ).first()
            if row is None:
                return
            # Refused while a new version waits to be validated already.
            with suppress(Conflict):
                editions.correct(
                    session,
                    row,
                    because="Une erreur.",
                    settings=SETTINGS,
                    now=self.clock.now(),
                )

    def live(self, days=DAYS):
        """Half-hours of *days* days, each with its chances; a restart before many."""
        self.restart()
        for _ in range(days * 48):
            self.clock.wait(timedelta(minutes=30))
            for chance, act in (
                (0.25, self.publish),
                (0.05, self.restart),
                (0.02, self.look),
                (0.30, self.read),
                (0.01, self.correct),
            ):
                if self.dice.random() < chance:
                    act()
            if self.dice.random() < 0.5:
                self.ticking.tick()
                self.checker.demand(now=self.clock.now())
