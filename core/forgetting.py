"""What both halves stand on and do not keep for good: sessions, keys of calls, old alerts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from core.accounts.models import OneTime, SignedIn
from core.clock import Timer
from core.i18n import N_
from core.models import Alert
from core.programs import repeats
from core.programs.models import Repeat
from core.retention import Due, Rule, Sweep, Then
from core.settings import Retention, WebPages


def rules(retention: Retention, web: WebPages, timer: Timer) -> Sequence[Rule]:
    """Sessions and links end by the machine's own clock: a rehearsal's runs fast."""
    return (
        Rule(
            name="accounts",
            what=N_("Accounts, how they sign in and what they prefer"),
            tables=(
                "account",
                "account_preference",
                "api_token",
                "directory_name",
                "passkey",
                "recovery_code",
                "second_factor",
            ),
            then=Then.KEPT,
            why=N_("Whoever approved or sent something must stay known."),
            is_personal=True,
        ),
        Rule(
            name="sessions",
            what=N_("Where somebody is signed in"),
            tables=("signed_in",),
            then=Then.REMOVED,
            kept_for=timedelta(days=web.longest_days),
            since=N_("the sign-in"),
            setting="web.longest_days",
            why=N_("A page must know who asks for it."),
            is_personal=True,
            look=Sweep(due=_sessions(web, timer), drop=_drop_sessions),
        ),
        Rule(
            name="one-time",
            what=N_("Links and steps that open one door once"),
            tables=("one_time",),
            then=Then.REMOVED,
            kept_for=timedelta(days=1),
            since=N_("the moment it was made"),
            why=N_("A page must know who asks for it."),
            is_personal=True,
            look=Sweep(due=_one_time(timer), drop=_drop_one_time),
        ),
        Rule(
            name="repeats",
            what=N_("Calls of programs under a key of their own, and their answers"),
            tables=("repeat",),
            then=Then.REMOVED,
            kept_for=repeats.KEPT_FOR,
            since=N_("the call"),
            why=N_("A call that is said twice is done once."),
            is_personal=True,
            look=Sweep(due=_repeats, drop=_drop_repeats),
        ),
        Rule(
            name="alerts",
            what=N_("Alerts that are over"),
            tables=("alert",),
            then=Then.REMOVED,
            kept_for=timedelta(days=retention.alert_days),
            since=N_("their end"),
            setting="retention.alert_days",
            why=N_("They show how often something failed."),
            look=Sweep(due=_alerts(retention), drop=_drop_alerts),
        ),
        Rule(
            name="journal",
            what=N_("Who changed what, with no value of a contact"),
            tables=("journal_line", "journal_seal"),
            then=Then.KEPT,
            why=N_("Each line proves the next: none can be taken out."),
            is_personal=True,
        ),
        Rule(
            name="jobs",
            what=N_("When each job last ran"),
            tables=("job_pulse",),
            then=Then.KEPT,
            why=N_("A job that stopped is noticed by it."),
        ),
    )


def _sessions(web: WebPages, timer: Timer) -> Due:
    def due(_: Session, __: datetime) -> Select[Any]:
        stamp = timer.stamp()
        return select(SignedIn.id).where(
            or_(
                SignedIn.seen_at <= stamp - timedelta(hours=web.idle_hours),
                SignedIn.created_at <= stamp - timedelta(days=web.longest_days),
            )
        )

    return due


def _drop_sessions(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(SignedIn).where(SignedIn.id.in_(ids)))


def _one_time(timer: Timer) -> Due:
    def due(_: Session, __: datetime) -> Select[Any]:
        return select(OneTime.id).where(OneTime.ends_at <= timer.stamp())

    return due


def _drop_one_time(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(OneTime).where(OneTime.id.in_(ids)))


def _repeats(_: Session, now: datetime) -> Select[Any]:
    return select(Repeat.id).where(Repeat.made_at < now - repeats.KEPT_FOR)


def _drop_repeats(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Repeat).where(Repeat.id.in_(ids)))


def _alerts(retention: Retention) -> Due:
    def due(_: Session, now: datetime) -> Select[Any]:
        before = now - timedelta(days=retention.alert_days)
        return select(Alert.id).where(Alert.ended_at < before)

    return due


def _drop_alerts(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Alert).where(Alert.id.in_(ids)))
