"""The figures as a monitoring system reads them: of the tables, of this process, of nobody."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from screen_makers import fill
from seeing_office import beat, seen_office
from sending_makers import a_dispatch
from source_rows import fill as fill_sources
from sqlalchemy.exc import TimeoutError as NoneFree

from app.seeing import rows
from app.seeing.exposing import make_worker_app
from app.web import make_app, make_public_app
from core.errors import TimedOut, Unavailable
from core.web import Answer, Ask, Fetched
from distributor.channels.base import ChannelFault, Outcome, Sent, Verdict
from distributor.models import Attempt, Delivery
from distributor.sending.hold import hold_all
from distributor.sending.watching import handed

HOME = ("127.0.0.1", 5000)
OPEN = {"web": {"metrics": "networks"}}


@pytest.fixture
def office(tmp_path, clock, ids):
    with seen_office(tmp_path, clock, ids, **OPEN) as opened:
        yield opened


def figures(app):
    """Each sample's value, by its name and labels."""
    answer = TestClient(app, client=HOME).get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_nobody_reads_them_until_the_office_says_who(tmp_path, clock, ids):
    with seen_office(tmp_path, clock, ids) as closed:
        assert (
            TestClient(make_app(closed), client=HOME).get("/metrics").status_code == 404
        )


def test_a_strangers_machine_is_refused_and_the_public_port_has_none(office):
    assert TestClient(make_app(office)).get("/metrics").status_code == 403
    public = TestClient(make_public_app(office), client=HOME)
    assert public.get("/metrics").status_code == 404


def test_a_token_is_asked_for(tmp_path, clock, ids):
    given = {"metrics": "token", "metrics_token": "a-token-of-sixteen-signs"}
    with seen_office(tmp_path, clock, ids, web=given) as opened:
        asker = TestClient(make_app(opened))
        refused = asker.get("/metrics")
        said = {"Authorization": "Bearer a-token-of-sixteen-signs"}
        let_in = asker.get("/metrics", headers=said)
    assert (refused.status_code, let_in.status_code) == (401, 200)
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "sixteen" not in refused.text


def test_the_tables_are_told_by_state(office, clock, ids):
    dispatch_id = a_dispatch(office.database, clock=clock, ids=ids, count=4)
    with office.database.write() as session:
        fill_sources(session, now=clock.now())
    with office.database.write() as session:
        found = session.query(Delivery).filter_by(dispatch_id=dispatch_id).all()
        found[0].state = "unsure"
        session.add(
            Attempt(
                delivery_id=found[0].id,
                number=1,
                channel="outbox",
                began_at=clock.now(),
            )
        )
    beat(office, "send", "poll")
    clock.wait(timedelta(seconds=30))
    told = figures(make_app(office))
    assert told["parution_deliveries", "outbox", "unsure"] == 1
    assert told["parution_deliveries", "outbox", "waiting"] == 3
    assert told["parution_deliveries", "outbox", "bounced"] == 0
    assert told["parution_dispatches", "planned"] == 1
    assert told["parution_attempts_total",] == 1
    assert told["parution_job_age_seconds", "send"] == 30
    assert told["parution_database_up",] == 1
    assert (
        sum(value for name, value in told.items() if name[0] == "parution_sources") > 0
    )
    assert told["parution_disk_free_bytes",] > 0
    assert told["parution_on_hold",] == 0


def test_a_hold_shows_at_once(office):
    app = make_app(office)
    figures(app)
    hold_all(office.settings.data_dir, because="The minister asked us to wait.")
    told = TestClient(app, client=HOME).get("/metrics").text
    assert "parution_on_hold 1.0" in told
    assert "minister" not in told


def test_one_look_at_the_tables_serves_all_who_ask_within_a_while(office, clock):
    asked = []
    told = rows.Rows(office)
    told._mail.look = lambda look=told._mail.look: asked.append(1) or look()
    for _ in range(4):
        list(told.collect())
    assert asked == [1]
    clock.wait(timedelta(minutes=2))
    list(told.collect())
    assert asked == [1, 1]


@pytest.mark.parametrize("fault", [OSError(5, "gone"), NoneFree("QueuePool limit")])
def test_a_database_that_is_away_is_a_figure_and_no_error(office, fault):
    class Away:
        engine, gate = office.database.engine, None

        def read(self):
            raise fault

    app = make_app(replace(office, database=Away()))
    told = figures(app)
    assert told["parution_database_up",] == 0
    assert told["parution_disk_free_bytes",] > 0
    assert ("parution_attempts_total",) not in told


def test_a_worker_tells_its_own_and_not_what_the_tables_tell(office):
    office.instruments.job("send", lambda: 3)
    told = figures(make_worker_app(office))
    assert told["parution_job_seconds_count", "send"] == 1
    assert ("parution_database_up",) not in told
    live = TestClient(make_worker_app(office)).get("/health/live")
    assert live.json() == {"live": True}


def test_ticks_are_counted_and_those_that_fail_apart(office):
    def fails():
        raise Unavailable("No.")

    assert office.instruments.job("send", lambda: 3) == 3
    with pytest.raises(Unavailable):
        office.instruments.job("send", fails)
    told = figures(make_app(office))
    assert told["parution_job_seconds_count", "send"] == 2
    assert told["parution_job_failures_total", "send"] == 1


def test_what_a_channel_is_handed_is_counted_by_its_answer(office):
    outcomes = [Outcome(verdict=one) for one in (Verdict.ACCEPTED, Verdict.REFUSED)]
    office.instruments.handed(handed("smtp", Sent(outcomes=outcomes), seconds=0.2))
    fault = ChannelFault("Quota.", again_after=None)
    office.instruments.handed(
        handed("smtp", Sent(outcomes=(), fault=fault), seconds=0.1)
    )
    told = figures(make_app(office))
    assert told["parution_handed_over_total", "smtp", "accepted"] == 1
    assert told["parution_handed_over_total", "smtp", "refused"] == 1
    assert told["parution_channel_faults_total", "smtp"] == 1
    assert told["parution_hand_over_seconds_count", "smtp"] == 2


class Away:
    """A web of which one address answers and the other does not."""

    left = False

    def each(self, asks):
        try:
            for ask in asks:
                if "slow" in ask.url:
                    yield [Answer(ask=ask, error=TimedOut("Late."), seconds=3.0)]
                else:
                    yield [Answer(ask=ask, fetched=a_page(ask.url), seconds=0.1)]
        finally:
            self.left = True

    def get(self, url, *, headers=None, robots=True):
        if "slow" in url:
            raise TimedOut("Late.")
        return a_page(url)

    def post(self, url, *, body, content_type, headers=None):
        return a_page(url)


def a_page(url):
    return Fetched(url=url, status=200, headers={}, body=b"")


def test_fetches_are_counted_by_what_came_and_name_no_address(office):
    web = office.instruments.web(Away())
    urls = ["http://atlas.test/feed?key=1", "http://slow.test/feed"]
    asks = [Ask(url=url) for url in urls]
    assert [len(batch) for batch in web.each(asks)] == [1, 1]
    web.get(urls[0])
    web.post(urls[0], body=b"", content_type="text/plain")
    with pytest.raises(TimedOut):
        web.get(urls[1])
    told = figures(make_app(office))
    assert told["parution_fetches_total", "2xx"] == 3
    assert told["parution_fetches_total", "timeout"] == 2
    assert not [name for name in told if "test" in str(name)]


def test_leaving_a_batch_early_ends_what_is_under_way(office):
    inner = Away()
    batches = office.instruments.web(inner).each([Ask(url="http://a.test/")] * 3)
    next(batches)
    batches.close()
    assert inner.left


def test_requests_are_counted_by_their_route_and_never_by_their_path(office):
    fill(office)
    app = make_app(office)
    asker = TestClient(app, client=HOME)
    for path in ("/u/a-secret-token", "/releases/7", "/nothing/amal@example.org"):
        asker.get(path)
    asker.request("BREW", "/releases/7")
    told = figures(app)
    names = {name[1:] for name in told if name[0].endswith("request_seconds_count")}
    assert ("GET", "/u/{token}", "4xx") in names
    assert ("GET", "/releases/{release_id}", "3xx") in names
    assert ("GET", "none", "4xx") in names
    assert not [one for one in names if "secret" in str(one) or "amal" in str(one)]
    assert {one[0] for one in names} <= {"GET", "other"}


def test_a_stranger_cannot_make_new_series(office):
    app = make_app(office)
    asker = TestClient(app, client=HOME)
    asker.get("/nothing")
    before = len(figures(app))
    for number in range(50):
        asker.request(
            f"M{number}", f"/nothing/{number}", headers={"Host": f"h{number}"}
        )
    after = figures(app)
    # A few for methods we do not know, however many there are.
    assert len(after) - before < 30


def test_every_label_is_one_of_ours(office, clock, ids):
    a_dispatch(office.database, clock=clock, ids=ids, count=2)
    beat(office, "send")
    text = TestClient(make_app(office), client=HOME).get("/metrics").text
    labels = set(re.findall(r"[{,](\w+)=", text))
    assert labels <= {
        "channel",
        "job_name",
        "le",
        "method",
        "outcome",
        "route",
        "state",
        "status",
        "verdict",
        "which",
    }
    for somebody in ("presse.test", "Personne", "Rencontre", "@"):
        assert somebody not in text
