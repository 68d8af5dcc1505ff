"""A busy office: the real program between doubles, on a clock that is stepped by hand.

    with BusyOffice(folder, new_url, seed=7, size=SMALL) as office:
        office.live(hours=72)

Each step lets some minutes pass, lets people do what falls due in their diary, runs every job
that is due, strikes with a fault now and then, and asks the checker.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dice import dice
from invariants import Checker
from office_faults import Faults, Files, Killed, Kind
from office_people import People
from office_press import FAULTS as PRESS_FAULTS
from office_press import Press
from office_servers import MailServer, Provider
from outside import Outside

from app.backup import nightly, sealed
from app.bootstrap import open_office
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.worker import tick
from core.bounded import Bounded
from core.settings import Settings
from core.zones import wall_of

BEGIN = datetime(2026, 11, 23, 5, tzinfo=UTC)  # a Monday
# Looks in which everything catches up at the end: a day and a bit.
_REST = 16
_BACKUP_KEY = sealed.new_key()


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    # Over so many days the diary of the people runs; a morning follows.
    days: int = 3
    contacts: int = 40
    dispatches: int = 10
    sites: int = 8
    # Articles a day of the least site.
    rate: float = 2.0
    step: timedelta = timedelta(minutes=30)
    # How likely a step meets each fault, and how likely a server's answer is a bad one.
    faults: float = 0.25
    storm: float = 0.04
    connections: int = 1


class Time:
    """True time is moved on by steps; the machine's clock may be set wrong, and put right."""

    def __init__(self, at):
        self.true = self._origin = at
        self.skew = timedelta(0)

    def now(self):
        return self.true + self.skew

    stamp = now

    def monotonic(self):
        return (self.true - self._origin).total_seconds()

    def wait(self, duration):
        self.true += duration


class SeededIds:
    """As `CountedIds`, with jitter from a seed; a restart counts on."""

    def __init__(self, seed):
        self._chances = dice(seed)

    def token(self):
        return f"{self._chances.getrandbits(128):032x}"

    def chance(self):
        return self._chances.random()


class BusyOffice:
    """*new_url* names an empty database each time it is asked."""

    def __init__(self, folder, new_url, *, seed, size=None):
        self.size = size or Size()
        self.seed = seed
        self.folder = folder
        self.new_url = new_url
        self.url = new_url()
        self.time = Time(BEGIN)
        self.dice = dice(seed)
        self.ids = SeededIds(seed)
        self.faults = Faults()
        self.outside = Outside(channels=frozenset({"smtp", "sendgrid"}))
        self.mail = MailServer(self.outside, self.time, seed=seed, storm=size.storm)
        self.provider = Provider(self.outside, self.time, seed=seed, storm=size.storm)
        self.press = Press(sites=size.sites, rate=size.rate, seed=seed, now=BEGIN)
        self.press.on_request = lambda: self.faults.call("web")
        self.mail.on_word = self._word
        self.told = []
        self.counts = {"steps": 0, "deaths": 0, "errors": 0}
        self.checker = None
        self._stack = ExitStack()
        self._opened = None

    # -- its life ---------------------------------------------------------------------------

    def __enter__(self):
        self.mail.start()
        self._stack.callback(self._close_mail)
        self._stack.enter_context(self.provider)
        # Kept through deaths: starting a process each time is another test's matter.
        self.bounded = self._stack.enter_context(Bounded())
        self.settings = self._settings()
        Files.watch(self.folder, self.faults)
        self._stack.callback(Files.leave, self.folder)
        self._stack.callback(self._shut)
        with self.faults.resting():
            self.open()
            upgrade(self.office.database)
            self.people = People(self)
            self.people.move_in()
            self.checker = Checker(
                self.office.database,
                self.outside,
                settings=self.settings,
                press=self.press,
            )
        return self

    def __exit__(self, *given):
        self._stack.__exit__(*given)

    def _close_mail(self):
        self.mail.close()
        self.mail.join(timeout=15)

    def _settings(self):
        return Settings.model_validate(
            {
                "data_dir": self.folder,
                "approval": "two-person",
                "log_level": "error",
                "organisation": {
                    "name": "Ministère",
                    "from": "presse@ministere.test",
                    "zone": "Africa/Casablanca",
                },
                "channels": {
                    "smtp": {
                        "host": "127.0.0.1",
                        "port": self.mail.port,
                        "security": "none",
                        "timeout": 10,
                        "pipeline": 5,
                    },
                    "sendgrid": {"batch": 10, "timeout": 5.0} | self.provider.options,
                },
                "sending": {
                    "connections": self.size.connections,
                    "undo_minutes": 2,
                    "grace_minutes": 45,
                    "deadline_hours": 6,
                    "lease_seconds": 60,
                    "amber": "warn",
                },
                "polling": {
                    "floor_minutes": 60,
                    "night_floor_minutes": 120,
                    "pages": "candidates",
                    "extraction": "candidates",
                },
                "retention": {"full_text_days": 1},
                "review": {
                    "flashes": ["13:00"],
                    "unvalidated": "send" if self.seed % 2 else "hold",
                },
                "alerts": {"to": ["permanence@ministere.test"]},
                "web": {"public_url": "https://presse.ministere.test"},
                "backup": {
                    "folder": str(self.folder / "backups"),
                    "key": _BACKUP_KEY,
                    "keep": 2,
                },
            }
        )

    def open(self):
        """A new process: nothing but files and rows is carried over."""
        self._shut()
        self.faults.revive()
        settings = self.settings.model_copy(update={"database_url": self.url})
        with self.faults.resting():
            self._opened = open_office(
                settings, clock=self.time, timer=self.time, ids=self.ids
            )
            whole = self._opened.__enter__()
        self.office = replace(whole, web=self.press, bounded=self.bounded)
        self.faults.listen(self.office.database)
        if self.checker is not None:
            self.checker.database = self.office.database
        self.jobs = all_jobs(self.office)
        self.ran = {}

    def _shut(self):
        if self._opened is not None:
            opened, self._opened = self._opened, None
            with self.faults.resting():
                opened.__exit__(None, None, None)

    def _word(self):
        """The sender's own call: while it is dead it hears nothing more."""
        try:
            self.faults.call("smtp")
        except OSError as cut:
            raise OSError("the line is cut") from cut
        except Killed as dead:
            raise OSError("its sender is dead") from dead

    # -- steps --------------------------------------------------------------------------------

    def live(self, *, hours=None, tell=lambda _: None):
        end = BEGIN + timedelta(hours=hours or self.size.days * 24 + 6)
        while self.time.true < end:
            self.step()
            tell(self)
        self.come_to_rest()

    def step(self):
        self.counts["steps"] += 1
        self.time.true = self._next()
        self.press.advance(self.time.true)
        self._strike()
        self.people.act()
        self.run_jobs()
        self.faults.disarm()
        with self.faults.resting():
            self.people.look_around()
            self._demand(self.checker.violations)

    def _next(self):
        """A step on, or to what somebody does before."""
        at = self.time.true + self.size.step * self.dice.uniform(0.3, 1.7)
        return min([at, *self.people.next_acts(after=self.time.true)])

    def run_jobs(self):
        """Each job whose time came, in any order; a death ends the process they run in."""
        due = [job for job in self.jobs if self._is_due(job)]
        self.dice.shuffle(due)
        try:
            for job in due:
                self.ran[job.name] = self.time.true
                tick(job)
        except Killed:
            self.die()

    def _is_due(self, job):
        ran = self.ran.get(job.name)
        return ran is None or self.time.true - ran >= job.every

    def die(self):
        self.outside.deaths += 1
        self.counts["deaths"] += 1
        self.open()

    def _demand(self, violations):
        found = violations(now=self.time.now())
        if found:
            raise AssertionError(self.account(found))

    def account(self, found):
        """What broke, after what, and how it is played again."""
        lines = [f"  {one}" for one in found[:10]]
        last = [f"  {one}" for one in self.told[-15:]]
        return "\n".join(
            [
                f"broken at {self.time.true:%a %H:%M}, step {self.counts['steps']}:",
                *lines,
                "before it:",
                *last,
                f"replay: {self.replay()}",
            ]
        )

    def replay(self):
        engine = self.office.database.engine.dialect.name
        return f'make bench ONLY="soak 72 {engine} {self.seed}"'

    # -- faults -------------------------------------------------------------------------------

    def _strike(self):
        """Some steps go wrong on one side, some on several."""
        for chance, strike in (
            (1.0, self._arm),
            (0.5, self._weather),
            (0.15, self._clock_step),
            (3.0 if self.press.is_down else 0.15, self._no_names),
            (0.1, self._backups_blocked),
        ):
            if self.dice.random() < chance * self.size.faults:
                strike()
        storm = self.dice.choice((0, 1, 1, 4)) if self.size.storm else 0
        self.mail.storm = self.provider.storm = self.size.storm * storm

    def _arm(self):
        kind = self.dice.choice(list(Kind))
        at = int(self.dice.expovariate(1 / 60)) + 1
        self.faults.arm(at, kind)
        if kind is Kind.LOST_COMMIT:
            # The program cannot know what became of it, as after a death.
            self.outside.deaths += 1
        self.note(f"{kind} after {at} calls")

    def _weather(self):
        for paper in self.dice.sample(
            self.press.papers, k=max(1, self.size.sites // 8)
        ):
            ill = paper.fault == "" and self.dice.random() < 0.5
            paper.fault = self.dice.choice(sorted(PRESS_FAULTS)) if ill else ""

    def _clock_step(self):
        """The machine's clock goes wrong by minutes, or is put right."""
        wrong = timedelta(minutes=self.dice.choice((-7, -3, 4, 6)))
        self.time.skew = wrong if not self.time.skew else timedelta(0)
        self.note(f"the clock is wrong by {self.time.skew}")

    def _no_names(self):
        self.press.is_down = not self.press.is_down
        self.note(f"names are looked up: {not self.press.is_down}")

    def _backups_blocked(self):
        """Where the backups go lies something else, or the way is free again."""
        folder, aside = self.folder / "backups", self.folder / "backups.aside"
        with self.faults.resting():
            if aside.exists():
                folder.unlink()
                aside.rename(folder)
            elif folder.is_dir():
                folder.rename(aside)
                folder.write_text("not a folder")
        self.note("the folder of backups was changed")

    def note(self, words):
        self.told.append(f"{self.time.true:%a %H:%M} {words}")

    # -- at the end -----------------------------------------------------------------------------

    def come_to_rest(self):
        """Nothing fails and nobody acts any more, until every job has caught up."""
        self.mail.storm = self.provider.storm = 0
        self.time.skew = timedelta(0)
        self.press.is_down = False
        for paper in self.press.papers:
            paper.fault = ""
        if (self.folder / "backups.aside").exists():
            self._backups_blocked()
        with self.faults.resting():
            self.people.settle_all()
            # A site that failed long is asked again within a day and a bit.
            for _ in range(_REST):
                self.time.true += timedelta(hours=30) / _REST
                self.people.settle_all()
                self.run_jobs()
                self.ran.clear()
            for _ in range(3):
                self.run_jobs()
                self.ran.clear()
            self._demand(self.checker.violations_at_rest)
            kept = nightly.newest(self.settings)
            today = wall_of(self.time.now(), self.settings.organisation.zone).date()
            if kept is None or kept.day != today:
                raise AssertionError(self.account([f"the newest backup is {kept}"]))
