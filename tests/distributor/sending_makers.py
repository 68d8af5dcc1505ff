"""Makers of what the sending half's tests need: only what matters is said."""

from datetime import datetime

from core.keys import Links
from core.settings import Settings
from core.zones import ZoneRules
from distributor.channels.base import ChannelFault, Message, Outcome, Sent, Verdict
from distributor.contacts import importing as contact_importing
from distributor.releases import importing as release_importing
from distributor.sending.delivery import Sending
from distributor.sending.plan import plan

LINKS = Links(["key"])
RULES = ZoneRules(version="2026c", origin="test")
# Always at UTC+0, so that a wall time reads like its moment.
ZONE = "Africa/Abidjan"
NOON = datetime(2026, 11, 24, 12)


def settings(**changes):
    tree = {
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        "channels": {"outbox": {"folder": "outbox"}, "smtp": {"host": "127.0.0.1"}},
    }
    return Settings.model_validate(tree | changes)


def a_release(session, *, now, number="1/2026", embargo=None, languages=("fr", "ar")):
    texts = {
        "fr": (
            "Rencontre des agences urbaines",
            "Le ministère **réunit** les agences.",
        ),
        "ar": ("لقاء الوكالات الحضرية", "تعقد الوزارة لقاء مع الوكالات."),
        "en": ("Meeting of the urban agencies", "The ministry meets the agencies."),
    }
    versions = [
        release_importing.ImportedVersion(
            language=language,
            title=texts[language][0],
            body=texts[language][1],
            file_name=f"note.{language}.md",
        )
        for language in languages
    ]
    return release_importing.store(
        session,
        number=number,
        kind="communique",
        versions=versions,
        zone=ZONE,
        embargo_wall=embargo,
        event_wall=None,
        now=now,
    )


def contacts(session, count, *, now, list_name="nationale"):
    rows = [
        contact_importing.ContactRow(
            line=number,
            address=f"p{number}@presse.test",
            address_key=f"p{number}@presse.test",
            name=f"Personne {number}",
            languages=("fr",) if number % 2 else ("ar",),
            outlet="",
            beats=(),
            phone="",
            provenance="test",
        )
        for number in range(count)
    ]
    contact_importing.store(session, rows, list_name=list_name, now=now)


def a_dispatch(
    database, *, clock, ids, count=4, wall=NOON, channel="outbox", given=None, **changes
):
    """Plan a dispatch to *count* contacts; answers its id."""
    with database.write() as session:
        release = a_release(session, now=clock.now(), **changes)
        contacts(session, count, now=clock.now())
        return plan(
            session,
            release_id=release.id,
            list_name="nationale",
            wall=wall,
            zone=ZONE,
            channel=channel,
            settings=given or settings(),
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        ).id


def sending(database, *, clock, ids, channel=None, channels=(), given=None, timer=None):
    """The sending half of an office with one channel, or with several."""
    return Sending(
        database=database,
        clock=clock,
        timer=timer or clock,
        ids=ids,
        channels={one.name: one for one in channels or [channel]},
        links=LINKS,
        settings=given or settings(),
        zone_rules=RULES,
    )


class Box:
    """A channel that keeps messages, and answers what `answers` says for an address."""

    name = "outbox"
    wants_parts = False
    signs = False
    depth = 1

    def __init__(self, answers=None, before=None):
        self.sent: list[Message] = []
        self.answers = answers or {}
        # Called with each message before it is kept: the place to change the world.
        self.before = before or (lambda _: None)

    def connect(self):
        return self

    def send(self, messages):
        outcomes = []
        for message in messages:
            self.before(message)
            answer = self.answers.get(message.recipient)
            if isinstance(answer, ChannelFault):
                back = Outcome(verdict=Verdict.BACK, answer=answer.reason)
                outcomes += [back] * (len(messages) - len(outcomes))
                return Sent(outcomes=outcomes, fault=answer)
            outcome = answer or Outcome(verdict=Verdict.ACCEPTED, answer="250 ok")
            if outcome.verdict is Verdict.ACCEPTED:
                self.sent.append(message)
            outcomes.append(outcome)
        return Sent(outcomes=outcomes)

    def close(self):
        pass
