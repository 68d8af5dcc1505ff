"""Notices: open alerts that nobody was told yet -> one short mail to whoever is on duty.

untold -> which may be told now -> one mail, named by its alerts. What was told is known by
the dispatches themselves, so that a crash tells nobody twice and forgets nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

import distributor.report
from app.alert_words import (
    JOURNAL_BROKEN,
    NOT_SENT,
    NOT_VALIDATED,
    of_alert,
    path_of,
)
from core.clock import Clock
from core.db import Database
from core.errors import BadSetting
from core.i18n import Words, words
from core.ids import Ids
from core.jobs import Job
from core.log import logger
from core.models import Alert
from core.settings import Alerts, Settings, WebPages
from core.values import Language
from core.wording import worded
from core.zones import ZoneRules
from distributor.contacts.quiet import quiet_until
from distributor.sending.bodies import Composed
from distributor.sending.mailings import send_notice
from monitor.alerting import EMBARGO_BROKEN
from monitor.catalogue.showing import AlertView, alert_views

_log = logger("notices")

# These lose their use with every minute: they wait for no pace and no morning.
URGENT: Final = frozenset({EMBARGO_BROKEN, NOT_VALIDATED, NOT_SENT, JOURNAL_BROKEN})
# So many in one mail; its key names them all, and an index of PostgreSQL takes 2,700 bytes.
_MOST: Final = 100
_ABOUT: Final = "alert:"
_ANYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - where a link leads nowhere
# The signs that keep a name's direction, which have no place in a subject.
_ISOLATES: Final = dict.fromkeys(map(ord, "\u2068\u2069"))
# Up to its full stop; one inside a name ends nothing.
_FIRST_SENTENCE: Final = re.compile(
    "(?:[^\u2068.]|\u2068[^\u2069]*\u2069|\\.(?! ))*\\.(?= )"
)
_MOST_SUBJECT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Which alerts may be told now, and when the others may."""

    now: Sequence[Alert]
    later_at: datetime | None = None


def decide(
    untold: Sequence[Alert],
    *,
    told_at: datetime | None,
    settings: Alerts,
    zone: str,
    now: datetime,
) -> Due:
    """What to tell at *now*, urgent ones first; *told_at* is when alerts were told last.

    A mail that an urgent one asks for takes the others along: that is one mail less.
    """
    urgent = [one for one in untold if one.rule in URGENT]
    calm = [one for one in untold if one.rule not in URGENT]
    opens_at = [
        quiet_until(
            quiet_from=settings.quiet_from,
            quiet_until=settings.quiet_until,
            paused_until=None,
            at=now,
            zone=zone,
        ),
        told_at and told_at + timedelta(minutes=settings.every_minutes),
    ]
    later_at = max((at for at in opens_at if at is not None and at > now), default=None)
    if urgent or later_at is None:
        return Due(now=[*urgent, *calm][:_MOST])
    return Due(now=(), later_at=later_at if calm else None)


@dataclass(slots=True, kw_only=True)
class Notices:
    """Does one tick at a time; any number of processes may each have one."""

    database: Database
    clock: Clock
    ids: Ids
    # Those a worker sends through, the first of the settings first.
    channels: Sequence[str]
    settings: Settings
    zone_rules: ZoneRules
    # When nobody could be told, it is tried again after the pace and not at every tick.
    _rests_until: datetime | None = field(default=None, init=False)

    def tick(self) -> int:
        """Answers how many alerts were told. Reads first: most ticks find nothing new."""
        if not self.settings.alerts.to:
            return 0
        now = self.clock.now()
        if self._rests_until is not None and now < self._rests_until:
            return 0
        with self.database.read() as session:
            if not self._due(session, now).now:
                return 0
        with self.database.write() as session:
            # Another worker that tells the same ones now is waited for, and then seen.
            session.scalars(self._open().with_for_update()).all()
            told = self._due(session, now).now
            return self._tell(session, told, now) if told else 0

    def next_due(self) -> datetime | None:
        if not self.settings.alerts.to:
            return None
        now = self.clock.now()
        with self.database.read() as session:
            due = self._due(session, now)
        return max(now, self._rests_until or now) if due.now else due.later_at

    def _open(self) -> Select[Alert]:
        return (
            select(Alert)
            .where(Alert.ended_at.is_(None), Alert.rule.in_(self.settings.alerts.rules))
            .order_by(Alert.raised_at, Alert.id)
        )

    def _due(self, session: Session, now: datetime) -> Due:
        found = session.scalars(self._open()).all()
        if not found:
            return Due(now=())
        pace = timedelta(minutes=self.settings.alerts.every_minutes)
        told = distributor.report.notices(
            session, kind=_ABOUT, since=min(found[0].raised_at, now - pace)
        )
        known = {id_ for about in told for id_ in _ids(about)}
        return decide(
            [one for one in found if one.id not in known],
            told_at=max(told.values(), default=None),
            settings=self.settings.alerts,
            zone=self.settings.organisation.zone,
            now=now,
        )

    def _tell(self, session: Session, told: Sequence[Alert], now: datetime) -> int:
        about = _ABOUT + ",".join(str(one.id) for one in told)
        made = send_notice(
            session,
            about=about,
            addresses=self.settings.alerts.to,
            channel=self._channel(now),
            bodies=[
                compose(
                    alert_views(session, told),
                    settings=self.settings,
                    said=words(Language(self.settings.language)),
                )
            ],
            key=about,
            settings=self.settings,
            zone_rules=self.zone_rules,
            ids=self.ids,
            now=now,
        )
        if made is None:
            self._rest(now)
            _log.warning("alerts.untold", count=len(told), reason="all suppressed")
            return 0
        _log.info("alerts.told", count=len(told), dispatch=made.id)
        return len(told)

    def _rest(self, now: datetime) -> None:
        pace = timedelta(minutes=self.settings.alerts.every_minutes)
        self._rests_until = now + pace

    def _channel(self, now: datetime) -> str:
        named = self.settings.alerts.channel or next(iter(self.channels), "")
        if named not in self.channels:
            self._rest(now)
            raise BadSetting(
                worded(
                    "Alerts cannot be mailed: no channel that a worker sends through is set up."
                ),
                to="alerts.channel",
                mend=worded("Set one up, such as [channels.smtp], and name it there."),
            )
        return named


def compose(
    alerts: Sequence[AlertView], *, settings: Settings, said: Words
) -> Composed:
    """One mail for these alerts: a line for each, and where it is looked into."""
    zone = settings.organisation.zone
    lines = [
        _Line(
            sentence=of_alert(one.rule, one.fields, said=said),
            since=said.gettext("since %(moment)s")
            % {"moment": said.moment(one.raised_at, zone, "short")},
            address=_address(path_of(one), settings.web),
        )
        for one in alerts
    ]
    why = said.gettext(
        "You receive this because your address stands under alerts.to in the settings of this office."
    )
    return Composed(
        language=said.language,
        subject=_subject(lines, said),
        plain="\n".join([*(one.plain() for one in lines), "-- ", why, ""]),
        page=_page(lines, why, said),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    sentence: str
    since: str
    # Empty where no page shows it.
    address: str

    def plain(self) -> str:
        told = f"- {self.sentence} ({self.since})\n"
        return f"{told}  {self.address}\n" if self.address else told

    def page(self) -> str:
        sentence = escape(self.sentence)
        if self.address:
            sentence = f'<a href="{escape(self.address)}">{sentence}</a>'
        return f"<li><p>{sentence} ({escape(self.since)})</p></li>"


def _subject(lines: Sequence[_Line], said: Words) -> str:
    if len(lines) == 1:
        first = _FIRST_SENTENCE.match(lines[0].sentence)
        sentence = (first[0] if first else lines[0].sentence).translate(_ISOLATES)
        if len(sentence) <= _MOST_SUBJECT:
            return sentence
        return f"{sentence[:_MOST_SUBJECT].rsplit(' ', 1)[0]}…"
    count = said.ngettext(
        "%(num)s alert needs a look", "%(num)s alerts need a look", len(lines)
    )
    return count % {"num": said.number(len(lines))}


def _page(lines: Sequence[_Line], why: str, said: Words) -> str:
    frame = f'lang="{said.language.value}" dir="{said.direction}"'
    return "\n".join(
        [
            "<!doctype html>",
            f'<html {frame}><head><meta charset="utf-8"></head>',
            f'<body {frame} style="font-family: sans-serif; line-height: 1.5">',
            "<ul>",
            *(one.page() for one in lines),
            "</ul>",
            f"<p><small>{escape(why)}</small></p>",
            "</body></html>",
        ]
    )


def _address(path: str, web: WebPages) -> str:
    """Where our screens show it; empty where nobody said under which name they are reached."""
    if not path:
        return ""
    # With a port of their own, the public address has none of the office's screens.
    if web.public_url and not web.public_port:
        return f"{web.public_url.rstrip('/')}{path}"
    return "" if web.host in _ANYWHERE else f"http://{web.host}:{web.port}{path}"


def _ids(about: str) -> Sequence[int]:
    return [int(part) for part in about.removeprefix(_ABOUT).split(",")]


def job(notices: Notices) -> Job:
    return Job(
        name="notices",
        every=timedelta(seconds=20),
        run=notices.tick,
        next_due=notices.next_due,
    )
