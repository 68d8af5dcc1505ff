"""The virus scanner's client, against a scanner that speaks clamd's protocol."""

from datetime import UTC, datetime

import pytest
from clamd_double import EICAR, a_clamd
from pydantic import ValidationError

from core.clock import StoppedClock, SystemTimer
from core.errors import BadInput, Unavailable
from core.scanner import Clamd, scanner_of
from core.settings import Uploads


def client(where, **more):
    return Clamd(
        Uploads.model_validate({"scanner": where, "scanner_seconds": 10} | more),
        timer=SystemTimer(),
    )


@pytest.mark.parametrize("by_file", [True, False])
def test_a_clean_file_is_looked_at_whole_and_taken(tmp_path, by_file):
    content = bytes(range(256)) * 1000
    with a_clamd(tmp_path / "clamd" if by_file else "") as clamd:
        client(clamd.where).check("plan.pdf", content)
        client(clamd.where).check("empty.txt", b"")
    assert clamd.looked_at == [content, b""]


def test_a_virus_is_refused_by_its_name():
    with a_clamd() as clamd, pytest.raises(BadInput) as refused:
        client(clamd.where).check("plan.pdf", b"x" * 70_000 + EICAR)
    assert "Eicar-Signature" in refused.value.what
    assert refused.value.to == "plan.pdf"
    assert refused.value.mend


@pytest.mark.parametrize("policy", ["refuse", "accept"])
@pytest.mark.parametrize(
    "how",
    [
        {"most": 100},
        {"says": None},
        {"says": b"stream: Can't allocate memory ERROR\0"},
        {"says": b"stream: OK and more\0"},
        {"says": b"\xff\xfe\0"},
        {"says": b"FOUND\0"},
    ],
)
def test_a_file_that_was_not_looked_at_is_refused_unless_the_operator_lets_it_through(
    policy, how
):
    with a_clamd(**how) as clamd:
        scanner = client(clamd.where, unscanned=policy)
        if policy == "accept":
            scanner.check("plan.pdf", bytes(1000))
            return
        with pytest.raises(Unavailable, match="did not look at this file"):
            scanner.check("plan.pdf", bytes(1000))


@pytest.mark.parametrize("where", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_scanner_that_is_away_lets_nothing_through(where):
    assert not client(where).answers()
    with pytest.raises(Unavailable):
        client(where).check("plan.pdf", b"x")


def test_one_that_is_there_answers():
    with a_clamd() as clamd:
        assert client(clamd.where).answers()


def test_a_line_ends_at_its_hour_and_not_with_its_last_sign_of_life():
    class Hurried(StoppedClock):
        """A second passes whenever somebody looks."""

        def monotonic(self):
            self.move_to(self._at.replace(minute=self._at.minute + 1))
            return super().monotonic()

    with a_clamd() as clamd:
        timer = Hurried(datetime(2026, 11, 24, 9, tzinfo=UTC))
        settings = Uploads(scanner=clamd.where, scanner_seconds=90)
        with pytest.raises(Unavailable):
            Clamd(settings, timer=timer).check("plan.pdf", bytes(1_000))


@pytest.mark.parametrize("where", ["clamd", "host:port", "relative/path", "a b:3310"])
def test_an_address_that_is_none_stops_the_start(where):
    with pytest.raises(ValidationError):
        Uploads(scanner=where)


def test_without_an_address_nobody_is_asked():
    scanner = scanner_of(Uploads(), timer=SystemTimer())
    scanner.check("virus.txt", EICAR)
    assert scanner.answers()
