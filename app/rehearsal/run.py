"""A whole office with a rehearsal newsroom. The same code as in production: only settings differ."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app import serve
from app.bootstrap import Office, open_office
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.rehearsal import desk, mailroom, newsroom, officer, pages, script
from app.rehearsal.clock import RehearsalClock, conducted
from app.rehearsal.ground import own_folder
from app.rehearsal.mailroom import Mailroom
from app.rehearsal.newsroom import Newsroom
from app.web import make_app
from core.clock import SystemTimer
from core.ids import RandomIds
from core.jobs import Job
from core.resources import folder
from core.settings import Settings
from core.zones import pin, wall_of

# Three days in about a minute, plus the time that the network takes.
SPEED = 3600.0
_TICK = timedelta(milliseconds=120)


class SteadyIds(RandomIds):
    """No jitter: sources fall due together, so that office time stands still less often."""

    def chance(self) -> float:
        return 0.5


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """An office that was filled; its days pass while *jobs* are ticked."""

    office: Office
    clock: RehearsalClock
    end: datetime
    jobs: Sequence[Job]
    room: Mailroom
    press: Newsroom


def rehearse(*, port: int, data: Path) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    with opened(port=port, data=data) as rehearsal:
        office, zone = rehearsal.office, rehearsal.office.settings.organisation.zone
        app = make_app(
            office,
            extra_routers=[pages.router(rehearsal.room, rehearsal.press)],
            banner=lambda: (
                f"Répétition · بروفة · Rehearsal: {wall_of(office.clock.now(), zone):%d/%m/%Y %H:%M}"
            ),
            link_for=pages.link_for,
        )
        front = serve.Front(pages=app, host=office.settings.web.host, port=port)
        serve.run(jobs=rehearsal.jobs, fronts=[front])


@contextmanager
def opened(*, port: int, data: Path) -> Iterator[Rehearsal]:
    """The office and its press, with the clock at the first morning; *data* is emptied."""
    pin()
    zone = Settings().organisation.zone
    timer = SystemTimer()
    start, end = script.moments(zone)
    clock = RehearsalClock(start=start, end=end, speed=SPEED, timer=timer)
    shipped = folder("config") / "rehearsal"
    room = Mailroom(clock)
    press = Newsroom(shipped, clock=clock, timer=timer)
    with (
        own_folder(data),
        newsroom.serving(press) as hosts,
        mailroom.receiving(room) as smtp_port,
    ):
        settings = _settings(data, port=port, hosts=dict(hosts), smtp_port=smtp_port)
        with open_office(settings, clock=clock, timer=timer, ids=SteadyIds()) as office:
            upgrade(office.database)
            script.fill(office, press, shipped)
            told = desk.Desk(office, desk.read(shipped, zone=zone))
            jobs = [
                dataclasses.replace(job, every=min(job.every, _TICK))
                for job in (*all_jobs(office), officer.job(office), desk.job(told))
            ]
            with conducted(clock, jobs, timer):
                yield Rehearsal(
                    office=office,
                    clock=clock,
                    end=end,
                    jobs=jobs,
                    room=room,
                    press=press,
                )


def _settings(
    data: Path, *, port: int, hosts: dict[str, str], smtp_port: int
) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": data,
            "organisation": {
                "name": "Ministère de l'Aménagement du Territoire National, de l'Urbanisme, "
                "de l'Habitat et de la Politique de la Ville",
                "name_ar": "وزارة إعداد التراب الوطني والتعمير والإسكان وسياسة المدينة",
                "from": "presse@ministere.test",
            },
            "channels": {
                "smtp": {"host": "127.0.0.1", "port": smtp_port, "security": "none"}
            },
            "fetch": {
                "hosts": hosts,
                "allow_networks": ["127.0.0.0/8"],
                "pace_seconds": 0.01,
                "total_seconds": 10,
            },
            "polling": {"floor_minutes": 120, "ceiling_minutes": 240},
            "newsroom": {"enabled": True},
            "web": {"port": port, "sign_in_as": script.VISITOR},
        }
    )
