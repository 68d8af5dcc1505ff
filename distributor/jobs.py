"""What the sending half does by the clock."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.jobs import Job, Shares
from core.keys import Links
from core.settings import Settings
from core.zones import ZoneRules
from distributor.after import gathering
from distributor.after.collecting import Collecting
from distributor.after.following import Following
from distributor.after.mailbox import box
from distributor.after.syncing import Syncing
from distributor.after.withdrawal import Withdrawal
from distributor.channels.base import Channel
from distributor.contacts.importing import waiting
from distributor.sending.delivery import Sending
from distributor.sending.watching import Told, nobody


def jobs(
    *,
    database: Database,
    clock: Clock,
    timer: Timer,
    ids: Ids,
    channels: Mapping[str, Channel],
    links: Links,
    settings: Settings,
    zone_rules: ZoneRules,
    told: Told = nobody,
) -> Sequence[Job]:
    sending = Sending(
        database=database,
        clock=clock,
        timer=timer,
        ids=ids,
        channels=channels,
        links=links,
        settings=settings,
        zone_rules=zone_rules,
        told=told,
    )
    # A dispatch starts within 2 s of its minute.
    send = Job(
        name="send",
        every=timedelta(seconds=1),
        run=sending.tick,
        next_due=sending.next_due,
        end=sending.end,
        shares=_turns(sending),
    )
    follow = _corrections(Following(database=database, clock=clock, ids=ids))
    withdraw = _withdrawals(
        Withdrawal(database=database, clock=clock, channels=channels)
    )
    sync = _suppressions(
        Syncing(database=database, clock=clock, timer=timer, channels=channels)
    )
    forget = _forgetting(database, clock, settings)
    returns = box(settings.bounces)
    if returns is None:
        return (send, follow, withdraw, sync, forget)
    collecting = Collecting(
        returns, database=database, clock=clock, links=links, settings=settings
    )
    return (send, follow, withdraw, sync, forget, _bounces(collecting))


def _turns(sending: Sending) -> Shares:
    """Turns at the same dispatches: a lease skips what another worker holds."""
    return Shares(
        due=lambda of: range(of) if sending.is_due() else (),
        run=lambda _: sending.tick(),
    )


def _corrections(following: Following) -> Job:
    return Job(
        name="corrections",
        every=timedelta(minutes=1),
        run=following.tick,
        # It follows what its parents do: nothing of it is planned.
        next_due=lambda: None,
    )


def _withdrawals(withdrawal: Withdrawal) -> Job:
    return Job(
        name="withdrawals",
        every=timedelta(seconds=5),
        run=withdrawal.tick,
        # It follows oppositions, pauses and stops: nothing of it is planned.
        next_due=lambda: None,
    )


def _suppressions(syncing: Syncing) -> Job:
    return Job(
        name="suppressions",
        every=timedelta(minutes=5),
        run=syncing.tick,
        # It follows what a provider keeps: nothing of it is planned.
        next_due=lambda: None,
        end=syncing.end,
    )


def _forgetting(database: Database, clock: Clock, settings: Settings) -> Job:
    def run() -> int:
        now = clock.now()
        with database.write() as session:
            files = waiting.forget(session, now=now)
        return files + gathering.forget(database, settings.retention, now=now)

    return Job(
        name="forget-guests",
        every=timedelta(hours=1),
        run=run,
        # It follows what is old: nothing of it is planned.
        next_due=lambda: None,
    )


def _bounces(collecting: Collecting) -> Job:
    return Job(
        name="bounces",
        every=timedelta(minutes=1),
        run=collecting.tick,
        # Mail comes when it comes: nothing of it is planned.
        next_due=lambda: None,
        end=collecting.end,
    )
