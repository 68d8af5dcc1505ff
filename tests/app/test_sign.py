from datetime import timedelta

import pytest

from app import sign
from app.pulse import Pulse
from core.db import open_database
from core.jobs import Job
from core.models import JobPulse

MINUTE = timedelta(minutes=1)


@pytest.fixture
def pulse(tmp_path, clock):
    database = open_database(f"sqlite:///{tmp_path}/office.db")
    JobPulse.metadata.create_all(database.engine)
    yield Pulse(database, clock, tmp_path)
    database.close()


def a_job(pulse):
    return pulse.watched(
        Job(name="polls", every=MINUTE, run=lambda: 0, next_due=lambda: None)
    )


def test_a_worker_whose_jobs_run_is_alive(pulse, clock, tmp_path):
    assert not sign.is_alive(sign.last(tmp_path), clock.now())
    a_job(pulse).run()
    pulse.write()
    assert sign.is_alive(sign.last(tmp_path), clock.now())
    clock.wait(2 * MINUTE)
    assert sign.is_alive(sign.last(tmp_path), clock.now())


def test_a_worker_none_of_whose_jobs_ends_is_not(pulse, clock, tmp_path):
    """The pulse itself still beats: what it says is that nothing else does."""
    a_job(pulse).run()
    pulse.write()
    for _ in range(3):
        clock.wait(MINUTE)
        pulse.write()
    assert not sign.is_alive(sign.last(tmp_path), clock.now())


def test_a_worker_that_cannot_write_its_pulse_down_is_not(pulse, clock, tmp_path):
    a_job(pulse).run()
    JobPulse.metadata.drop_all(pulse.database.engine)
    with pytest.raises(Exception, match="no such table"):
        pulse.write()
    assert sign.last(tmp_path) is None


def test_a_damaged_sign_is_none(pulse, tmp_path):
    a_job(pulse).run()
    pulse.write()
    (path,) = (tmp_path / "workers").iterdir()
    path.write_text("")
    assert sign.last(tmp_path) is None


def test_signs_of_machines_long_gone_go(clock, tmp_path):
    (tmp_path / "workers").mkdir()
    gone, other = tmp_path / "workers/3f2a", tmp_path / "workers/77be"
    gone.write_text((clock.now() - timedelta(days=3)).isoformat())
    other.write_text(clock.now().isoformat())
    sign.leave(tmp_path, clock.now())
    assert not gone.exists()
    assert other.exists()
