"""The promises of DESIGN section 4 as checks of any office, at any moment of its life.

    checker = Checker(database, Outside(), settings=settings)
    checker.demand(now=clock.now())       # holds after every step, whatever failed in it
    checker.demand_at_rest(now=...)       # holds once every job has caught up

A check answers what breaks its promise, with the rows that show it. What may be assumed
stands in `docs/decisions/0028-what-the-invariant-checker-assumes.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import invariants_listening
import invariants_reporting
import invariants_sending
import witness
from outside import Outside
from sqlalchemy.orm import Session

from core.journal import chain
from core.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken promise: which, of what, and the rows or mails that show it."""

    promise: str
    said: str
    evidence: dict[str, Any]

    def __str__(self):
        shown = ", ".join(f"{name}={value}" for name, value in self.evidence.items())
        return f"{self.promise}: {self.said} ({shown})"


@dataclass(slots=True, kw_only=True)
class Memory:
    """What the witness told so far, so that each look reads only what is new."""

    # The last move that was read: what is up to it raced with nothing that comes.
    last: int = 0
    deliveries: dict[int, str] = field(default_factory=dict)
    dispatches: dict[int, str] = field(default_factory=dict)
    # By which move each dispatch came into its state, each address was suppressed.
    moved: dict[int, int] = field(default_factory=dict)
    suppressed: dict[str, int] = field(default_factory=dict)
    arrivals: int = 0
    # Which edition printed an article first, by the editions that were read already.
    printed: dict[int, str] = field(default_factory=dict)
    editions: set[int] = field(default_factory=set)
    link: chain.Link = field(default_factory=chain.Link)


@dataclass(slots=True, kw_only=True)
class Look:
    """One look at one moment: all that a check may read."""

    session: Session
    outside: Outside
    settings: Settings
    memory: Memory
    now: datetime
    moves: list[witness.Move]
    is_sqlite: bool
    # Whether nobody else writes meanwhile, or cannot be seen to.
    is_still: bool
    # What sites truly published, where a test knows it.
    press: Any = None
    # How many messages one dead sender may leave in doubt.
    most_in_doubt: int = 0


ALWAYS = (
    *invariants_sending.ALWAYS,
    *invariants_listening.ALWAYS,
    *invariants_reporting.ALWAYS,
)
AT_REST = (
    *invariants_sending.AT_REST,
    *invariants_listening.AT_REST,
    *invariants_reporting.AT_REST,
)


class Checker:
    """Watches one office from now on; cheap enough for every step of a long run."""

    def __init__(
        self,
        database,
        outside=None,
        *,
        settings=None,
        press=None,
        is_alone=True,
        always=ALWAYS,
    ):
        self.outside = outside or Outside()
        # Whether no other process writes meanwhile.
        self.is_alone = is_alone
        self.always = always
        self.settings = settings or Settings()
        self.press = press
        self.looks = 0
        self.watch(database)

    def watch(self, database):
        """Begin anew with this database, such as one that a backup was restored into."""
        self.database = database
        witness.install(database)
        with database.read() as session:
            self.memory = Memory(
                last=witness.last(database),
                deliveries=invariants_sending.states(session, "delivery"),
                dispatches=invariants_sending.states(session, "dispatch"),
                suppressed=invariants_sending.suppressed_now(session),
                arrivals=len(self.outside.arrivals),
            )

    def violations(self, *, now):
        """What is broken at this moment."""
        return [*self._looked(self.always, now), *self._journal()]

    def violations_at_rest(self, *, now):
        """The same, and what must be true once nothing is left to do."""
        return [*self._looked((*self.always, *AT_REST), now), *self._journal()]

    def demand(self, *, now):
        _demand(self.violations(now=now))

    def demand_at_rest(self, *, now):
        _demand(self.violations_at_rest(now=now))

    def _looked(self, checks, now) -> Iterable[Violation]:
        self.looks += 1
        with self.database.read() as session:
            look = self._look(session, now)
            found = [
                Violation(promise=promise, said=said, evidence=evidence)
                for promise, check in checks
                for said, evidence in check(look)
            ]
        memory = self.memory
        memory.last = look.moves[-1].id if look.moves else memory.last
        memory.arrivals = len(self.outside.arrivals)
        return found

    def _look(self, session, now):
        options = self.settings.channels.get("smtp", {})
        is_sqlite = self.database.engine.dialect.name == "sqlite"
        return Look(
            session=session,
            outside=self.outside,
            settings=self.settings,
            memory=self.memory,
            now=now,
            moves=witness.moves(session, self.memory.last),
            is_sqlite=is_sqlite,
            # SQLite reads all of a transaction from one moment.
            is_still=self.is_alone or is_sqlite,
            press=self.press,
            most_in_doubt=self.settings.sending.connections
            * max(1, len(self.settings.channels))
            * int(options.get("pipeline", 20)),
        )

    def _journal(self):
        """Line by line from where it was read before: a chain that broke says where."""
        verdict = chain.verify(self.database, since=self.memory.link)
        if verdict.holds:
            self.memory.link = verdict.last
            return []
        evidence = {"line": verdict.broken_at, "why": verdict.why}
        return [
            Violation(promise="journal", said="the chain breaks", evidence=evidence)
        ]


def _demand(found):
    assert not found, "broken promises:\n" + "\n".join(f"  {one}" for one in found)
