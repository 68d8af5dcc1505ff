"""Many at once: batches, room, turns, and leaving early."""

import threading
from contextlib import ExitStack

import pytest
from web_site import dripping, hanging, web_site, web_to

import core.web.line
from core.errors import AddressRefused, Unreachable
from core.web import Ask

FAR = 10.0


@pytest.fixture
def site():
    with web_site() as made:
        yield made


@pytest.fixture
def opening(site):
    with ExitStack() as stack:

        def make(count=30, **given):
            names = [f"s{number}.test" for number in range(count)]
            return stack.enter_context(web_to(site.hosts(*names), **given))

        yield make


def asks(count, path="/"):
    return [
        Ask(url=f"http://s{number}.test{path}", key=number, robots=False)
        for number in range(count)
    ]


def test_every_ask_is_answered_once_with_its_key(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    given = asks(30)
    answers = [a for batch in opening(connections=4).each(given) for a in batch]
    assert sorted(answer.ask.key for answer in answers) == list(range(30))
    assert all(answer.fetched.body == b"fine" for answer in answers)
    assert all(answer.seconds > 0 for answer in answers)


def test_a_fault_is_an_answer_and_stops_nobody(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    given = [
        *asks(2),
        Ask(url="ftp://x.test/", key="ftp"),
        Ask(url="http://[::1]/", key="home"),
        Ask(url="http://s2.test/broken", key="broken", robots=False),
    ]
    site.answers["/broken"] = b""
    answers = {a.ask.key: a for batch in opening().each(given) for a in batch}
    assert isinstance(answers["ftp"].error, AddressRefused)
    assert isinstance(answers["home"].error, AddressRefused)
    assert isinstance(answers["broken"].error, Unreachable)
    assert answers[0].fetched.body == answers[1].fetched.body == b"fine"


def test_nothing_is_asked_of_nothing(opening):
    assert list(opening().each([])) == []


def test_a_straggler_holds_nobody_back(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    site.answers["/hang"] = hanging(site)
    given = [Ask(url="http://s29.test/hang", key="hang", robots=False), *asks(20)]
    batches = opening(total_seconds=20).each(given)
    seen = set()
    while len(seen) < 20:
        seen |= {answer.ask.key for answer in next(batches)}
    assert "hang" not in seen
    batches.close()


def test_asks_are_pulled_only_while_there_is_room(site, opening):
    site.answers["/"] = hanging(site)
    pulled = []

    def source():
        for ask in asks(30):
            pulled.append((ask.key, threading.current_thread()))
            yield ask

    site.answers["/"] = (200, {}, b"fine")
    batches = opening(connections=3).each(source())
    next(batches)
    # What runs, as many to follow, and what the first batch made room for.
    assert len(pulled) <= 12
    list(batches)
    assert [key for key, _ in pulled] == list(range(30))
    assert {thread for _, thread in pulled} == {threading.current_thread()}


def test_who_waits_for_one_domain_takes_no_place_from_others(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    site.answers["/hang"] = hanging(site)
    crowd = [Ask(url="http://s0.test/hang", key="hang", robots=False)]
    crowd += [
        Ask(url="http://s0.test/", key=f"crowd {n}", robots=False) for n in range(30)
    ]
    others = asks(10)[1:]
    batches = opening(connections=2).each([*crowd, *others])
    seen = set()
    while len(seen) < len(others):
        seen |= {answer.ask.key for answer in next(batches)}
    assert seen == {ask.key for ask in others}
    batches.close()


def test_one_domain_is_asked_one_at_a_time(site, opening):
    lock, most, now = threading.Lock(), [0], [0]

    def counted(handler):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        site.ended.wait(0.01)
        with lock:
            now[0] -= 1
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    site.answers["/"] = counted
    given = [Ask(url="http://s0.test/", key=n, robots=False) for n in range(10)]
    assert sum(len(batch) for batch in opening().each(given)) == 10
    assert most == [1]


def test_who_leaves_early_cancels_what_is_under_way(site, opening):
    gone = threading.Event()

    def watching(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
        if handler.rfile.read(1) == b"":
            gone.set()

    site.answers["/watch"] = watching
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    batches = web.each(
        [*asks(1), Ask(url="http://s1.test/watch", key="watch", robots=False)]
    )
    assert [answer.ask.key for answer in next(batches)] == [0]
    batches.close()
    assert gone.wait(FAR)
    # And its domain is free again.
    assert web.get("http://s1.test/", robots=False).body == b"fine"


def test_bodies_nobody_takes_stop_further_fetches(site, opening):
    large = b"x" * 1_000_000
    most = core.web.line.MOST_HELD // len(large)
    site.answers["/"] = (200, {}, large)
    web = opening(count=60, connections=2, most_bytes=2_000_000)
    batches = web.each(asks(60))
    taken = len(next(batches))
    # The caller takes nothing; another line still gets its turns meanwhile.
    for number in range(30):
        web.get(f"http://s{number}.test/", robots=False)
    assert len(site.paths()) - 30 <= taken + most + 4
    assert taken + sum(len(batch) for batch in batches) == 60


def test_two_callers_are_served_side_by_side(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    site.answers["/slow"] = dripping(site, b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    web = opening(connections=2, total_seconds=0.2)
    slow = web.each(asks(6, "/slow"))
    ended = threading.Event()

    def follow():
        for _ in slow:
            pass
        ended.set()

    thread = threading.Thread(target=follow)
    thread.start()
    assert web.get("http://s20.test/", robots=False).body == b"fine"
    assert not ended.is_set()
    thread.join(FAR)
    assert ended.is_set()


def test_a_source_that_fails_goes_up_and_leaves_nothing_behind(site, opening):
    site.answers["/"] = (200, {}, b"fine")

    def source():
        yield from asks(3)
        raise LookupError("the table is gone")

    web = opening()
    with pytest.raises(LookupError):
        list(web.each(source()))
    assert web.get("http://s1.test/", robots=False).body == b"fine"


def test_a_fault_of_ours_goes_up_and_hangs_nobody(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    with pytest.raises(TypeError):
        list(web.each([*asks(2), Ask(url=None)]))
    assert web.get("http://s1.test/", robots=False).body == b"fine"


def test_closing_ends_who_still_waits(site, opening):
    site.answers["/"] = hanging(site)
    web = opening()
    ended = []

    def follow():
        try:
            list(web.each(asks(3)))
        except Unreachable as error:
            ended.append(error)

    thread = threading.Thread(target=follow)
    thread.start()
    while len(site.asked) < 3:
        site.ended.wait(0.01)
    web.close()
    thread.join(FAR)
    assert [error.code for error in ended] == ["unreachable"]
