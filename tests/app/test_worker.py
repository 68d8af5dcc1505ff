"""The jobs tick side by side: none waits for a thread that another one holds."""

import threading
from datetime import timedelta

from app.worker import ticking
from core.jobs import Job

PATIENCE = 60  # seconds


class Hall:
    """Whoever comes stays until all are there."""

    def __init__(self, room):
        self._room = room
        self._lock = threading.Lock()
        self.inside = 0
        self.is_full = threading.Event()

    def enter(self):
        with self._lock:
            self.inside += 1
            if self.inside == self._room:
                self.is_full.set()
        self.is_full.wait(PATIENCE)
        return 0


def a_job(hall, name, at_once=1):
    return Job(
        name=name,
        every=timedelta(milliseconds=20),
        run=hall.enter,
        next_due=lambda: None,
        at_once=at_once,
    )


def test_every_job_finds_room_however_many_others_still_run():
    hall = Hall(12 + 3 + 3)
    jobs = [
        *(a_job(hall, f"job {number}") for number in range(12)),
        a_job(hall, "poll", at_once=3),
        a_job(hall, "read", at_once=3),
    ]
    with ticking(jobs):
        assert hall.is_full.wait(PATIENCE), f"only {hall.inside} run at once"


def test_a_worker_without_jobs_ends_as_it_began():
    with ticking([]):
        pass
