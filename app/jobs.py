"""Gathers what both halves and the review do by the clock."""

from collections.abc import Sequence

import distributor.jobs
import distributor.report
import monitor.jobs
from app import journaling, notices, retention
from app.backup import beside, nightly
from app.backup.ledgers import ledgers
from app.backup.nightly import Nightly
from app.bootstrap import Office
from app.journaling import Journaling
from app.legal import watching
from app.legal.watching import Watching
from app.notices import Notices
from app.pulse import Pulse
from app.retention import Retaining
from app.reviews import ticking
from app.reviews.mailing import Mailing
from app.reviews.ticking import Ticking
from app.seeing import ping, standing
from app.webhooks import ticking as webhooks
from core.jobs import Job
from distributor.contacts.names import contact_names


def all_jobs(office: Office) -> Sequence[Job]:
    """Every job of this office.

    The halves meet here: the distributor's windows make the monitor's polling brisk after
    a send, its dispatches tell when a release was sent, and its contacts are whom by-lines
    may name.
    """
    pulse = Pulse(
        office.database,
        office.timer,
        office.settings.data_dir,
        office.instruments.job,
    )
    return [*(pulse.watched(job) for job in _own_jobs(office)), pulse.job()]


def _own_jobs(office: Office) -> Sequence[Job]:
    given = office.settings.alerts
    return [
        *distributor.jobs.jobs(
            database=office.database,
            clock=office.clock,
            timer=office.timer,
            ids=office.ids,
            channels=office.channels,
            links=office.links,
            settings=office.settings,
            zone_rules=office.zone_rules,
            told=office.instruments.handed,
        ),
        *monitor.jobs.jobs(
            database=office.database,
            clock=office.clock,
            timer=office.timer,
            ids=office.ids,
            web=office.web,
            bounded=office.bounded,
            settings=office.settings,
            windows=lambda session: distributor.report.windows(
                session, office.clock.now()
            ),
            contacts=contact_names,
            sent=distributor.report.sent,
        ),
        ticking.job(
            Ticking(
                database=office.database,
                clock=office.clock,
                settings=office.settings,
                post=Mailing(
                    settings=office.settings,
                    zone_rules=office.zone_rules,
                    ids=office.ids,
                    write=office.write_report,
                ),
            )
        ),
        notices.job(
            Notices(
                database=office.database,
                clock=office.clock,
                ids=office.ids,
                channels=tuple(office.channels),
                settings=office.settings,
                zone_rules=office.zone_rules,
            )
        ),
        nightly.job(
            Nightly(
                database=office.database,
                clock=office.clock,
                settings=office.settings,
                keys=office.keys,
            )
        ),
        beside.job(
            ledgers(
                database=office.database,
                clock=office.clock,
                settings=office.settings,
            )
        ),
        journaling.job(
            Journaling(
                database=office.database,
                clock=office.clock,
                ids=office.ids,
                settings=office.settings,
            )
        ),
        retention.job(
            Retaining(
                database=office.database,
                clock=office.clock,
                timer=office.timer,
                settings=office.settings,
            )
        ),
        watching.job(
            Watching(
                database=office.database, clock=office.clock, settings=office.settings
            )
        ),
        *webhooks.jobs(office),
        standing.job(office),
        *([ping.job(office)] if given.ping_url.get_secret_value() else []),
    ]
