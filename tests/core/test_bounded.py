"""Work under a bound: it answers, or it is ended; nothing hangs and nothing is left behind."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import bounded_work as work
import pytest

from core.bounded import Bounded, Broken, Closed, Failed, TooCostly

LONG = 60


@pytest.fixture
def bounded():
    with Bounded() as opened:
        yield opened


def is_running(pid):
    """Whether a process is there, be it a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition):
    """Wait, for at most ten seconds, until something holds."""
    tick = threading.Event()
    for _ in range(1000):
        if condition():
            return True
        tick.wait(0.01)
    return False


def test_an_answer_comes_back(bounded):
    assert bounded.run(work.add, 1, 2, seconds=LONG) == 3
    assert bounded.run(work.add, "a", "b", seconds=LONG) == "ab"


def test_one_child_lives_on_for_the_next_call(bounded):
    first = bounded.run(work.who, seconds=LONG)
    assert first != os.getpid()
    assert bounded.run(work.who, seconds=LONG) == first


def test_no_child_is_started_before_it_is_needed():
    opened = Bounded()
    assert all(seat.child is None for seat in opened._seats)
    opened.close()


def test_the_child_is_light_and_knows_none_of_our_secrets(bounded):
    names = bounded.run(work.loaded, seconds=LONG)
    assert not {"sqlalchemy", "lxml", "aiohttp", "app", "monitor"} & set(names)
    assert set(bounded.run(work.environment, seconds=LONG)) <= {
        "LC_CTYPE",
        "MALLOC_ARENA_MAX",
        "OPENBLAS_NUM_THREADS",
    }


def test_the_child_finds_compiled_code_where_we_do(tmp_path):
    """In a container nothing can be written, and compiling each time costs seconds."""
    asked = (
        "import sys, bounded_work as work; from core.bounded import Bounded;"
        "print(Bounded().run(work.compiled, seconds=60), sys.pycache_prefix)"
    )
    said = subprocess.run(
        [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-c", asked],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.split() == [str(tmp_path)] * 2


def test_the_pinned_zones_decide_in_the_child_too(bounded):
    key = "Africa/Casablanca"
    assert bounded.run(work.offset, key, seconds=LONG) == work.offset(key)
    assert work.offset(key) == timedelta(0)


def test_an_error_comes_back_whole(bounded):
    with pytest.raises(work.Named) as caught:
        bounded.run(work.refuse, seconds=LONG)
    assert str(caught.value) == "here: It cannot be. Mend it."
    assert caught.value.fault == "hostile"
    with pytest.raises(Failed, match="invalid literal") as caught:
        bounded.run(work.fail, seconds=LONG)
    assert "return int(" in caught.value.__cause__.__notes__[0]
    assert bounded.run(work.add, 1, 2, seconds=LONG) == 3


@pytest.mark.parametrize("function", [work.loop, work.backtrack])
def test_what_takes_too_long_is_ended_and_the_next_call_works(bounded, function):
    child = bounded.run(work.who, seconds=LONG)
    with pytest.raises(TooCostly, match="longer than"):
        bounded.run(function, seconds=0.2)
    assert not is_running(child)
    assert bounded.run(work.add, 1, 2, seconds=LONG) == 3


def test_what_takes_too_much_memory_is_ended():
    with Bounded(most_bytes=400_000_000) as bounded:
        with pytest.raises(TooCostly, match="memory"):
            bounded.run(work.hoard, seconds=LONG)
        assert bounded.run(work.add, 1, 2, seconds=LONG) == 3


@pytest.mark.parametrize(
    ("function", "how"), [(work.crash, "signal 11"), (work.leave, "code 3")]
)
def test_a_child_that_dies_is_named_and_replaced(bounded, function, how):
    with pytest.raises(Broken, match=how):
        bounded.run(function, seconds=LONG)
    assert bounded.run(work.add, 1, 2, seconds=LONG) == 3


def test_an_answer_that_cannot_travel_is_named(bounded):
    with pytest.raises(Broken, match="handed over"):
        bounded.run(work.lonely, seconds=LONG)


def test_large_things_travel(bounded):
    assert len(bounded.run(work.much, 20_000_000, seconds=LONG)) == 20_000_000
    assert bounded.run(len, b"x" * 20_000_000, seconds=LONG) == 20_000_000


def test_a_child_is_replaced_after_its_tasks():
    with Bounded(most_tasks=2) as bounded:
        pids = [bounded.run(work.who, seconds=LONG) for _ in range(6)]
        assert pids[0] == pids[1]
        assert len(set(pids)) == 3
        assert not any(is_running(pid) for pid in pids[:4])


def test_an_idle_child_ends_and_is_buried_and_the_next_call_works():
    with Bounded(idle_seconds=0.1) as bounded:
        first = bounded.run(work.who, seconds=LONG)
        assert until(lambda: not is_running(first))
        assert bounded.run(work.who, seconds=LONG) != first


def test_calls_of_many_threads_are_answered_each_its_own(bounded):
    answers = {}

    def ask(number):
        answers[number] = bounded.run(work.add, number, 1000, seconds=LONG)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number + 1000 for number in range(20)}


def test_closing_ends_the_child_also_at_work():
    bounded = Bounded()
    child = bounded.run(work.who, seconds=LONG)
    ended = []

    def ask():
        try:
            bounded.run(work.loop, seconds=LONG)
        except Closed as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    bounded.close()
    thread.join(LONG)
    assert len(ended) == 1
    assert not is_running(child)
    with pytest.raises(Closed, match="stops"):
        bounded.run(work.add, 1, 2, seconds=LONG)


def test_closing_before_the_question_is_put_is_closed_as_well():
    """The office may stop between finding the child and asking it (it did, in CI)."""
    bounded = Bounded()
    bounded.run(work.who, seconds=LONG)
    child = bounded._seats[0].child
    found = bounded._child

    def find_then_close(seat):
        child = found(seat)
        bounded.close()
        return child

    bounded._child = find_then_close
    with pytest.raises(Closed, match="stops"):
        bounded.run(work.loop, seconds=LONG)
    assert not child.is_alive()


def test_one_who_forgets_to_close_leaves_no_process():
    bounded = Bounded()
    child = bounded.run(work.who, seconds=LONG)
    del bounded
    assert until(lambda: not is_running(child))
