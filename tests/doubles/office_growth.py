"""What a process that runs for years may not gather: memory, files, threads, rows of its own use."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

_PULSES = "SELECT count(*) FROM job_pulse"
# One that is unsure keeps its lease: a late answer may still come.
_LEASES = "SELECT count(*) FROM delivery WHERE lease IS NOT NULL AND state <> 'unsure'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held at one moment; `files` are open ones, `flights` logs of senders."""

    megabytes: float
    files: int
    threads: int
    flights: int
    pulses: int
    leases: int

    @classmethod
    def of(cls, database, data_dir):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        with database.read() as session:
            pulses, leases = (
                session.scalar(text(asked)) for asked in (_PULSES, _LEASES)
            )
        return cls(
            megabytes=pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000,
            files=len(list(Path("/proc/self/fd").iterdir())),
            threads=threading.active_count(),
            flights=len(list((data_dir / "flight").glob("*"))),
            pulses=pulses,
            leases=leases,
        )
