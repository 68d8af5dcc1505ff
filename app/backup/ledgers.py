"""Every ledger beside the backups, in the order in which it is applied to what is restored."""

from collections.abc import Sequence

from app.backup.beside import Ledger
from app.backup.erased import ERASURES
from app.backup.opposed import OPPOSITIONS
from core.clock import Clock
from core.db import Database
from core.settings import Settings


def ledgers(
    *, database: Database, clock: Clock, settings: Settings
) -> Sequence[Ledger]:
    """Whoever was erased is known by hash alone when the oppositions are applied."""
    return [
        Ledger(kind, database=database, clock=clock, settings=settings)
        for kind in (ERASURES, OPPOSITIONS)
    ]
