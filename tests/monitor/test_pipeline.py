"""A pass over the sources, with a web that answers from a table."""

from datetime import timedelta

import pytest
from fake_web import FakeWeb, answer
from listening_makers import a_feed, a_source
from sqlalchemy import select

from core.bounded import Bounded
from core.errors import AddressRefused, Conflict, NotFound, Resting, TimedOut
from core.ids import CountedIds
from core.settings import Settings
from core.values import ReleaseWindow
from core.web import Hop
from monitor import report
from monitor.intake.parsing import Parsing
from monitor.intake.poll import NEVER
from monitor.models import Article, Poll, Source
from monitor.pipeline import Pipeline

FEED = "https://a.test/feed"
SPAM = "".join(
    f"<item><guid>{n}</guid><link>https://spam.test/{n}</link>"
    f"<title>Slot gacor casino bonus {n}</title></item>"
    for n in range(6)
)


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as made:
        yield made


@pytest.fixture
def web():
    return FakeWeb()


@pytest.fixture
def windows():
    return []


@pytest.fixture
def pipeline(database, clock, web, windows, bounded):
    return Pipeline(
        database=database,
        clock=clock,
        timer=clock,
        ids=CountedIds(),
        web=web,
        parsing=Parsing(bounded=bounded),
        settings=Settings(),
        windows=lambda _: windows,
    )


@pytest.fixture
def add(database, clock):
    def make(**columns):
        with database.write() as session:
            return a_source(session, clock, **columns)

    return make


@pytest.fixture
def source(database):
    def read(source_id=1):
        with database.read() as session:
            return session.get_one(Source, source_id)

    return read


def urls(database):
    with database.read() as session:
        return session.scalars(select(Article.url).order_by(Article.id)).all()


def test_what_a_feed_lists_is_stored_once(pipeline, web, add, database, clock):
    add()
    web.answers[FEED] = a_feed("1", "2")
    (first,) = pipeline.run_due()
    assert (first.entries, first.new, first.state) == (2, 2, "ok")
    clock.wait(timedelta(days=2))
    web.answers[FEED] = a_feed("3", "1", "2")
    (second,) = pipeline.run_due()
    assert second.new == 1
    assert urls(database) == [f"https://a.test/{n}" for n in (2, 1, 3)]
    assert pipeline.run_due() == [], "nothing is due twice"


def test_volatile_bytes_around_the_same_entries_change_nothing(
    pipeline, web, add, clock, source
):
    add()
    web.answers[FEED] = a_feed("1", "2")
    pipeline.run_due()
    known = source().entries_hash
    clock.wait(timedelta(days=1))
    web.answers[FEED] = a_feed("2", "1") + b"<!-- 14:32:07 -->"
    (report_,) = pipeline.run_due()
    assert (report_.outcome, report_.entries, report_.new) == ("read", 2, 0)
    assert source().entries_hash == known


def test_each_source_has_its_own_fault(pipeline, web, add, database, clock):
    page = (
        b"<html><head><title>Oups</title></head><body>Service unavailable</body></html>"
    )
    answers = {
        "ok": a_feed("1", host="ok.test"),
        "blocked": answer("", status=403),
        "html": page,
        "empty": b"",
        "gone": answer("", status=410),
        "teapot": answer("", status=418),
        "slow": TimedOut("No whole answer came.", to="", mend=""),
        "refused": AddressRefused("Private.", to="", mend=""),
        "challenge": answer("", status=403, headers={"cf-mitigated": "challenge"}),
        "many": answer("", status=429, headers={"retry-after": "7200"}),
    }
    for name, given in answers.items():
        add(outlet=name, host=f"{name}.test")
        web.answers[f"https://{name}.test/feed"] = given
    done = {one.outlet: one for one in pipeline.run_due()}
    states = {outlet: (one.state, one.fault) for outlet, one in done.items()}
    assert states == {
        "ok": ("ok", ""),
        "blocked": ("blocked", "forbidden"),
        "html": ("failing", "web-page"),
        "empty": ("failing", "empty"),
        "gone": ("gone", "gone"),
        "teapot": ("failing", "status"),
        "slow": ("failing", "timeout"),
        "refused": ("failing", "address"),
        "challenge": ("blocked", "challenge"),
        "many": ("blocked", "too-many"),
    }
    with database.read() as session:
        read = report.completeness(
            session,
            since=clock.now() - timedelta(hours=1),
            until=clock.now() + timedelta(hours=1),
        )
    assert done["many"].next_poll_at - clock.now() >= timedelta(hours=2)
    assert (read.read, read.total) == (1, 10)
    assert {line.outlet for line in read.silent} == set(answers) - {"ok"}


def test_what_the_site_said_comes_back_as_a_condition(pipeline, web, add, clock):
    add()
    web.answers[FEED] = answer(
        FEED,
        a_feed("1"),
        headers={"etag": '"1"', "last-modified": "Tue, 24 Nov 2026 08:00:00 GMT"},
    )
    pipeline.run_due()
    clock.wait(timedelta(hours=7))
    web.answers[FEED] = answer(FEED, status=304)
    (done,) = pipeline.run_due()
    assert web.asked[-1].headers == {
        "If-None-Match": '"1"',
        "If-Modified-Since": "Tue, 24 Nov 2026 08:00:00 GMT",
    }
    assert done.outcome == "unchanged"
    clock.wait(timedelta(hours=7))
    pipeline.run_due()
    assert web.asked[-1].headers["If-None-Match"] == '"1"', "a 304 repeats no validator"


def test_once_a_day_a_source_is_read_whole_and_a_lie_is_found(
    pipeline, web, add, clock, source
):
    add()
    tagged = {"etag": '"always"'}
    web.answers[FEED] = answer(FEED, a_feed("1"), headers=tagged)
    pipeline.run_due()
    clock.wait(timedelta(hours=25))
    web.answers[FEED] = answer(FEED, a_feed("1", "2"), headers=tagged)
    (done,) = pipeline.run_due()
    assert web.asked[-1].headers == {}
    assert (done.new, source().validators_lie) == (1, True)
    clock.wait(timedelta(hours=7))
    pipeline.run_due()
    assert web.asked[-1].headers == {}, "a liar is always read whole"


def test_a_304_nobody_asked_for_is_a_fault(pipeline, web, add):
    add()
    web.answers[FEED] = answer(FEED, status=304)
    (done,) = pipeline.run_due()
    assert (done.state, done.fault, done.detail) == ("failing", "status", "304")


def moved(to="https://b.test/feed", *, status=301):
    return answer(to, a_feed("1"), hops=(Hop(url=FEED, status=status),))


def test_a_permanent_redirect_is_adopted_after_repeated_sight(
    pipeline, web, add, clock, source
):
    add()
    web.answers[FEED] = moved()
    for _ in range(3):
        assert source().url == FEED
        pipeline.run_due()
        clock.wait(timedelta(days=1))
    assert (source().url, source().domain) == ("https://b.test/feed", "b.test")


def test_an_address_longer_than_a_database_indexes_is_not_adopted(
    pipeline, web, add, clock, source
):
    add()
    there = f"https://b.test/feed?{'x' * 3000}"
    web.answers[FEED] = answer(there, a_feed("1"), hops=(Hop(url=FEED, status=301),))
    for _ in range(4):
        pipeline.run_due()
        clock.wait(timedelta(days=1))
    assert (source().url, source().state) == (FEED, "ok")


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_passing_redirect_is_followed_and_never_adopted(
    *, pipeline, web, add, clock, source, status
):
    add()
    web.answers[FEED] = moved(status=status)
    for _ in range(5):
        pipeline.run_due()
        clock.wait(timedelta(days=1))
    assert source().url == FEED


def test_a_redirect_to_a_source_we_have_is_not_adopted(
    pipeline, web, add, clock, source
):
    add()
    add(outlet="B", host="b.test")
    web.answers[FEED] = moved()
    web.answers["https://b.test/feed"] = a_feed("1", host="b.test")
    for _ in range(5):
        pipeline.run_due()
        clock.wait(timedelta(days=1))
    assert source().url == FEED


def test_a_portal_that_catches_one_look_changes_nothing(
    pipeline, web, add, clock, source
):
    add()
    web.answers[FEED] = moved()
    pipeline.run_due()
    web.answers[FEED] = a_feed("1")
    clock.wait(timedelta(days=1))
    pipeline.run_due()
    assert (source().moved_to, source().moved_times) == ("", 0)


def test_what_a_hijacked_source_brings_is_not_its_outlet_s(
    pipeline, web, add, database, clock
):
    add()
    web.answers[FEED] = a_feed("1")
    pipeline.run_due()
    clock.wait(timedelta(days=1))
    web.answers[FEED] = f"<rss version='2.0'><channel>{SPAM}</channel></rss>".encode()
    (done,) = pipeline.run_due()
    assert (done.state, done.detail, done.new) == ("hijacked", "spam", 0)
    assert urls(database) == ["https://a.test/1"]
    clock.wait(timedelta(days=1))
    web.answers[FEED] = a_feed("1", "2")
    (done,) = pipeline.run_due()
    assert (done.state, done.new) == ("ok", 1)


def test_a_window_that_was_outrun_is_said_and_looked_at_sooner(
    pipeline, web, add, clock, source
):
    add()
    web.answers[FEED] = a_feed(*"abcdef")
    pipeline.run_due()
    clock.wait(timedelta(hours=12))
    web.answers[FEED] = a_feed(*"ghijkl")
    (done,) = pipeline.run_due()
    assert (done.state, done.new) == ("outrun", 6)
    assert source().outrun_at == clock.now()
    assert done.next_poll_at - clock.now() <= timedelta(minutes=30)


def test_a_quiet_source_is_named_and_comes_back(pipeline, web, add, clock):
    add()
    for number in range(4):
        web.answers[FEED] = a_feed(*map(str, range(10 + number)))
        pipeline.run_due()
        clock.wait(timedelta(hours=12))
    states = []
    for _ in range(5):
        states.extend(one.state for one in pipeline.run_due())
        clock.wait(timedelta(days=1))
    assert states[-1] == "quiet"
    web.answers[FEED] = a_feed("new", "1")
    (done,) = pipeline.run_due()
    assert done.state == "ok"


def test_a_stale_source_stays_so_while_nothing_moves_at_all(pipeline, web, add, clock):
    add()
    dated = "<pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate></item>"
    body = a_feed("1").replace(b"</item>", dated.encode())
    states = []
    for built in ("", "<!-- 1 -->", "<!-- 1 -->", "<!-- 2 -->"):
        web.answers[FEED] = body + built.encode()
        states += [one.state for one in pipeline.run_due()]
        clock.wait(timedelta(days=40))
    assert states == ["ok", "stale", "stale", "stale"]


INDEX, PART = "https://a.test/sitemap.xml", "https://a.test/sitemap-2026-11.xml"
SITEMAPS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"


def an_index(*parts):
    named = "".join(
        f"<sitemap><loc>{part}</loc><lastmod>2026-11-24</lastmod></sitemap>"
        for part in parts
    )
    return f"<sitemapindex {SITEMAPS}>{named}</sitemapindex>"


def a_sitemap(*names):
    pages = "".join(
        f"<url><loc>https://a.test/{name}</loc><n:news><n:title>Une réunion à {name}</n:title>"
        "<n:publication_date>2026-11-24T08:00:00Z</n:publication_date></n:news></url>"
        for name in names
    )
    return (
        f"<urlset {SITEMAPS} xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        f"{pages}</urlset>"
    )


def test_an_index_is_read_with_its_newest_parts(pipeline, web, add, database):
    add(kind="sitemap", path="/sitemap.xml")
    web.answers |= {INDEX: an_index(PART), PART: a_sitemap("rabat")}
    (done,) = pipeline.run_due()
    assert (done.state, done.new) == ("ok", 1)
    assert urls(database) == ["https://a.test/rabat"]
    assert web.urls == [INDEX, PART]


def test_the_parts_of_an_index_that_stays_as_it_is_are_read(pipeline, web, add, clock):
    add(kind="sitemap", path="/sitemap.xml")

    def same(ask):
        headers = {"etag": '"1"'}
        if ask.headers:
            return answer(INDEX, status=304, headers=headers)
        return answer(INDEX, an_index(PART), headers=headers)

    web.answers |= {INDEX: same, PART: a_sitemap("rabat")}
    pipeline.run_due()
    clock.wait(timedelta(hours=6))
    web.answers[PART] = a_sitemap("fes", "rabat")
    (done,) = pipeline.run_due()
    assert done.new == 1


def test_an_index_none_of_whose_parts_can_be_read_is_not_read(pipeline, web, add):
    add(kind="sitemap", path="/sitemap.xml")
    web.answers |= {INDEX: an_index(PART), PART: answer(PART, status=403)}
    (done,) = pipeline.run_due()
    assert (done.outcome, done.state, done.fault) == ("blocked", "blocked", "forbidden")


def test_a_part_that_cannot_be_read_is_named(pipeline, web, add, database):
    add(kind="sitemap", path="/sitemap.xml")
    other = "https://a.test/sitemap-2026-10.xml"
    web.answers |= {INDEX: an_index(PART, other), PART: a_sitemap("rabat")}
    (done,) = pipeline.run_due()
    assert (done.state, done.new, done.fault) == ("ok", 1, "unreachable")
    with database.read() as session:
        assert session.scalar(select(Poll.fault)) == "unreachable"


def test_a_paused_source_that_a_person_reads_once_stays_paused(
    pipeline, web, add, source
):
    add(next_poll_at=NEVER)
    web.answers[FEED] = a_feed("1")
    assert pipeline.run_one(1).new == 1
    assert source().next_poll_at == NEVER


def test_a_source_that_is_paused_while_it_is_read_stays_paused(
    pipeline, web, add, database, source
):
    add()

    def paused(ask):
        with database.write() as session:
            session.get_one(Source, 1).next_poll_at = NEVER
        return answer(FEED, a_feed("1"))

    web.answers[FEED] = paused
    pipeline.run_due()
    assert (source().next_poll_at, source().lease) == (NEVER, None)


def test_what_is_not_on_the_web_is_not_asked_there(pipeline, add, source):
    add(kind="manual", url="hand:A", state="ok", next_poll_at=NEVER)
    with pytest.raises(Conflict, match="Nothing of the web"):
        pipeline.run_one(1)
    assert source().state == "ok"


def test_a_domain_that_rests_costs_its_sources_nothing(
    *, pipeline, web, add, database, clock, source
):
    add()
    web.answers[FEED] = a_feed("1")
    pipeline.run_due()
    clock.wait(timedelta(days=1))
    web.answers[FEED] = Resting("It rests.", to=FEED, mend="", seconds=600)
    (done,) = pipeline.run_due()
    assert (done.outcome, done.state) == ("postponed", "ok")
    assert (
        timedelta(minutes=10)
        <= source().next_poll_at - clock.now()
        <= timedelta(minutes=11)
    )
    with database.read() as session:
        assert len(session.scalars(select(Poll)).all()) == 1, "it was not asked"


def test_a_source_is_brisk_while_a_release_is_news(
    *, pipeline, web, add, clock, windows, source
):
    windows.append(
        ReleaseWindow(
            release_id=1, since=clock.now(), until=clock.now() + timedelta(days=3)
        )
    )
    add()
    web.answers[FEED] = a_feed("1")
    pipeline.run_due()
    assert source().next_poll_at - clock.now() == timedelta(minutes=15)


def test_one_source_is_polled_when_a_person_asks(pipeline, web, add, clock):
    add()
    web.answers[FEED] = a_feed("1")
    pipeline.run_due()
    assert pipeline.run_one(1).entries == 1
    with pytest.raises(NotFound, match="no source 9"):
        pipeline.run_one(9)


def test_a_source_another_worker_reads_is_left_to_it(pipeline, database, add, clock):
    add(lease="theirs", leased_until=clock.now() + timedelta(minutes=5))
    assert pipeline.run_due() == []
    with pytest.raises(Conflict, match="Another worker"):
        pipeline.run_one(1)


def test_a_worker_whose_lease_ran_out_writes_nothing_over_the_next_one(
    *, pipeline, web, add, database, clock, source
):
    add()

    def stolen(ask):
        with database.write() as session:
            row = session.get_one(Source, 1)
            row.lease, row.state = "next", "ok"
        return answer(FEED, status=410)

    web.answers[FEED] = stolen
    pipeline.run_due()
    assert (source().lease, source().state) == ("next", "ok")


def test_an_agreement_with_the_outlet_sets_its_robots_file_aside(pipeline, web, add):
    add(options={"robots_agreement": "Letter of 2026-10-02"})
    add(outlet="B", host="b.test")
    web.answers[FEED] = a_feed("1")
    web.answers["https://b.test/feed"] = a_feed("1", host="b.test")
    pipeline.run_due()
    assert {ask.url: ask.robots for ask in web.asked} == {
        FEED: False,
        "https://b.test/feed": True,
    }


def listing(count):
    links = "".join(
        f"<li><a href='/actu/2026/11/{n}-la-rencontre-de-rabat'>La rencontre numéro {n} à Rabat</a></li>"
        for n in range(count)
    )
    return f"<html><body><ul>{links}</ul></body></html>".encode()


def test_a_listing_page_whose_links_collapsed_was_rebuilt(pipeline, web, add, clock):
    add(kind="page", path="/actualites")
    page = "https://a.test/actualites"
    for count in (30, 31, 30):
        web.answers[page] = listing(count)
        assert [one.state for one in pipeline.run_due()] == ["ok"]
        clock.wait(timedelta(days=1))
    web.answers[page] = listing(2)
    (done,) = pipeline.run_due()
    assert (done.state, done.fault) == ("failing", "no-articles")
    assert "where it used to show" in done.detail


def test_too_often_without_an_hour_is_asked_again_within_two(pipeline, web, add, clock):
    add()
    web.answers[FEED] = answer(FEED, status=429)
    (done,) = pipeline.run_due()
    assert done.state == "blocked"
    wait = done.next_poll_at - clock.now()
    assert timedelta(minutes=30) <= wait <= timedelta(hours=2)


def test_what_a_look_leaves_out_is_counted(pipeline, web, add, database):
    add()
    web.answers[FEED] = a_feed(*map(str, range(2_050)))
    (done,) = pipeline.run_due()
    assert done.new == 2_000
    with database.read() as session:
        (poll,) = session.scalars(select(Poll))
    assert poll.left_out_count == 50
