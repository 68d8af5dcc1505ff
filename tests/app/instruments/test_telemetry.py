"""Traces for a collector: what was done and how long, and nothing of anybody."""

import json
import socket
import threading
from dataclasses import replace
from io import StringIO

import pytest
import structlog
from fastapi.testclient import TestClient
from otlp_double import a_collector
from screen_makers import fill
from seeing_office import seen_office

from app.instruments import open_instruments
from app.instruments.tracing import NoTracer
from app.web import make_app
from core import log
from core.clock import SystemTimer
from core.errors import BadSetting, Unavailable
from core.settings import Telemetry
from core.web import Answer, Ask, Fetched
from distributor.channels.base import Outcome, Sent, Verdict
from distributor.sending.watching import handed


@pytest.fixture
def collector():
    with a_collector() as made:
        yield made


def to(collector, **given):
    tree = {"endpoint": collector.url, "timeout_seconds": 5}
    return open_instruments(Telemetry.model_validate(tree | given), timer=SystemTimer())


def test_it_is_off_until_there_is_an_endpoint():
    made = open_instruments(Telemetry(), timer=SystemTimer())
    assert isinstance(made.tracer, NoTracer)


def test_a_tick_that_does_something_is_a_span_and_one_that_finds_nothing_is_none(
    collector,
):
    made = to(collector)
    made.job("poll", lambda: 0)
    made.job("send", lambda: 7)
    made.close()
    (span,) = collector.spans()
    assert span["name"] == "job send"
    assert span["attributes"] == {"parution.job": "send", "parution.count": 7}
    assert collector.resources()[0]["service.name"] == "parution"


def test_an_error_is_told_by_its_kind_and_never_by_its_words(collector):
    made = to(collector)

    def fails():
        raise Unavailable("amal@example.org was refused.")

    with pytest.raises(Unavailable):
        made.job("send", fails)
    made.close()
    (span,) = collector.spans()
    assert span["failed"]
    assert span["attributes"]["error.type"] == "Unavailable"
    assert span["events"] == []
    assert b"amal" not in b"".join(collector.bodies)


def test_what_a_channel_is_handed_is_part_of_the_senders_tick(collector):
    made = to(collector)
    sent = Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED, answer="250 amal@x.test")])

    def run():
        made.handed(handed("smtp", sent, seconds=0.25))
        return 1

    made.job("send", run)
    made.close()
    spans = {one["name"]: one for one in collector.spans()}
    hand_over, tick = spans["hand over to smtp"], spans["job send"]
    assert hand_over["parent"] == tick["id"]
    assert hand_over["trace"] == tick["trace"]
    assert hand_over["attributes"]["parution.accepted"] == 1
    assert hand_over["seconds"] == pytest.approx(0.25, abs=0.001)
    assert b"amal" not in b"".join(collector.bodies)


def test_the_first_of_two_ticks_to_end_takes_nothing_from_the_other(collector):
    made = to(collector)
    sent = Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED, answer="250")])

    def elsewhere(work):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def longer():
        elsewhere(lambda: made.job("send", lambda: 1))
        # Channels are handed messages in threads of the tick's own.
        elsewhere(lambda: made.handed(handed("smtp", sent, seconds=0.25)))
        return 2

    made.job("send", longer)
    made.close()
    (hand_over,) = [one for one in collector.spans() if "hand over" in one["name"]]
    (tick,) = [
        one for one in collector.spans() if one["attributes"].get("parution.count") == 2
    ]
    assert hand_over["parent"] == tick["id"]


def test_a_fetch_names_its_domain_and_not_its_address(collector):
    made = to(collector)

    class Web:
        def each(self, asks):
            yield [
                Answer(
                    ask=one,
                    fetched=Fetched(url=one.url, status=200, headers={}, body=b""),
                    seconds=0.1,
                )
                for one in asks
            ]

    list(made.web(Web()).each([Ask(url="https://www.atlas.ma/feed?key=hunter2")]))
    made.close()
    (span,) = collector.spans()
    assert span["attributes"] == {
        "server.address": "atlas.ma",
        "parution.outcome": "2xx",
    }


def test_requests_bear_their_route_and_the_log_bears_their_trace(
    collector, tmp_path, clock, ids
):
    made, stream = to(collector), StringIO()
    with seen_office(tmp_path, clock, ids) as opened:
        office = replace(opened, instruments=made)
        fill(office)

        class Away:
            engine, gate = office.database.engine, None

            def read(self):
                raise OSError(28, "No space left on device")

        app = TestClient(make_app(replace(office, database=Away())))
        log.configure(level="info", stream=stream)
        try:
            answer = app.get("/u/a-secret-token")
            app.get("/health/live")
        finally:
            structlog.reset_defaults()
    made.close()
    (span,) = collector.spans()
    assert span["name"] == "GET /u/{token}"
    assert span["attributes"]["http.response.status_code"] == answer.status_code == 503
    assert b"a-secret-token" not in b"".join(collector.bodies)
    (line,) = [json.loads(one) for one in stream.getvalue().splitlines()]
    assert line["event"] == "page.troubled"
    assert line["trace"] == span["trace"]
    assert line["request"] == answer.headers["x-request-id"]


def test_headers_go_to_the_collector_and_the_environment_adds_none(
    collector, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1")
    made = to(collector, headers="authorization=Bearer abc")
    made.job("send", lambda: 1)
    made.close()
    assert collector.headers[0]["authorization"] == "Bearer abc"
    assert len(collector.spans()) == 1


def test_a_collector_that_is_away_costs_the_office_nothing_but_the_spans():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = open_instruments(
        Telemetry(endpoint=f"http://127.0.0.1:{port}/v1/traces", timeout_seconds=0.5),
        timer=SystemTimer(),
    )
    assert made.job("send", lambda: 3) == 3
    made.close()


def test_without_the_extra_the_setting_names_it():
    def missing():
        raise ModuleNotFoundError(
            "No module named 'opentelemetry'", name="opentelemetry"
        )

    with pytest.raises(BadSetting, match="opentelemetry") as stopped:
        open_instruments(
            Telemetry(endpoint="http://127.0.0.1:4318/v1/traces"),
            timer=SystemTimer(),
            tracer=missing,
        )
    assert "parution[telemetry]" in stopped.value.mend
