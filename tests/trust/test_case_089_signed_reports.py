"""Case 89: of all that reaches the webhook, only true reports count, and each once."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from delivery_rows import deliveries, states
from engines import address
from fastapi.testclient import TestClient
from sendgrid_double import NOON, Accepted, SendGridDouble
from sqlalchemy import func, select

from app.bootstrap import open_office
from app.web import make_app
from core.clock import StoppedClock
from core.settings import Settings
from distributor.models import Delivery, Event, Suppression


class World:
    """An office, its webhook, and a provider that signs."""

    def __init__(self, office, sendgrid):
        self.database = office.database
        self.sendgrid = sendgrid
        self.client = TestClient(make_app(office), base_url="http://127.0.0.1")

    def event(self, token, kind, **more):
        one = Accepted(
            message_id="msg1",
            address="p0@presse.test",
            token=token,
            plain="",
            page="",
            subject="",
            headers={},
            send_at=None,
            batch="",
            body={},
        )
        return self.sendgrid.event(one, kind, **more)

    def post(self, events, **signing):
        body, headers = self.sendgrid.signed(events, **signing)
        return self.send(body, headers)

    def send(self, body, headers):
        return self.client.post("/hooks/sendgrid", content=body, headers=headers)

    def events(self):
        with self.database.read() as session:
            return session.scalar(select(func.count(Event.id)))


@pytest.fixture
def world(tmp_path, ids):
    clock = StoppedClock(NOON)
    sendgrid = SendGridDouble(clock=clock)
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "channels": {
                "sendgrid": {
                    "key": sendgrid.key,
                    "webhook_public_key": sendgrid.public_key,
                }
            },
        }
    )
    with open_office(settings, clock=clock, timer=clock, ids=ids) as office:
        yield World(office, sendgrid)


def test_a_true_report_counts_once_however_often_it_comes(world):
    token, *_ = deliveries(world.database, state="unsure")
    event = world.event(token, "delivered")
    again = world.event(token, "delivered", number=2)
    assert event["sg_event_id"] != again["sg_event_id"]
    for events in ([event, event], [event], [again]):
        assert world.post(events).status_code == 204
    assert world.events() == 1
    assert states(world.database)[token] == "delivered"


def test_reports_out_of_order_end_where_ordered_ones_do(world):
    token, *_ = deliveries(world.database, state="unsure")
    for kind in ("delivered", "processed"):
        world.post([world.event(token, kind)])
    assert states(world.database)[token] == "delivered"


def test_what_is_not_signed_by_the_provider_counts_nothing(world):
    token, *_ = deliveries(world.database, state="accepted")
    body, headers = world.sendgrid.signed([world.event(token, "bounce")])
    signature, stamp = list(headers)[1:]
    stranger = ec.generate_private_key(ec.SECP256R1())
    _, forged = world.sendgrid.signed(json.loads(body), key=stranger)
    for given in (
        {},
        {stamp: headers[stamp]},
        {signature: headers[signature]},
        forged,
        headers | {signature: "not base64"},
        headers | {signature: ""},
        headers | {stamp: str(int(headers[stamp]) + 1)},
        headers | {stamp: ""},
    ):
        assert world.send(body, given).status_code == 400
    assert world.send(body + b" ", headers).status_code == 400
    assert world.events() == 0
    assert states(world.database)[token] == "accepted"


@pytest.mark.parametrize("off", [-301, 301, -86400])
def test_an_old_signature_is_a_replay(world, off):
    token, *_ = deliveries(world.database, state="accepted")
    event = world.event(token, "bounce")
    assert world.post([event], at=NOON + timedelta(seconds=off)).status_code == 400
    assert world.events() == 0


def test_whatever_is_malformed_is_refused_as_a_whole(world):
    token, *_ = deliveries(world.database, state="accepted")
    good = world.event(token, "bounce")
    for body in (
        b"",
        b"{",
        b"{}",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        [good, 1],
        [good, {}],
        [good, {"event": 7}],
        [good, good | {"timestamp": "soon"}],
        [good, good | {"timestamp": 10**30}],
        [good, good | {"timestamp": True}],
        [good, good | {"timestamp": None}],
        [good, good | {"delivery": ["x"]}],
    ):
        assert 400 <= world.post(body).status_code < 500
    assert world.events() == 0
    assert states(world.database)[token] == "accepted"


def test_odd_but_signed_details_break_nothing(world):
    token, *_ = deliveries(world.database, state="accepted")
    event = world.event(token, "bounce", reason="\ud800\x00 no", status=["5"], url={})
    assert world.post([event]).status_code == 204
    assert states(world.database)[token] == "bounced"


def test_markup_in_a_bounce_stays_text(world):
    token, *_ = deliveries(world.database, state="accepted")
    words = "550 <script>alert(1)</script>"
    world.post([world.event(token, "bounce", reason=words)])
    with world.database.read() as session:
        row = session.scalar(select(Delivery).where(Delivery.token == token))
    assert row.reason == f"bounced: {words}"


@pytest.mark.parametrize(
    ("event", "state", "suppressed"),
    [
        ({"kind": "bounce", "type": "bounce", "status": "5.1.1"}, "bounced", "bounced"),
        ({"kind": "bounce", "type": "blocked"}, "bounced", None),
        ({"kind": "bounce", "status": "4.2.2"}, "bounced", None),
        ({"kind": "dropped", "reason": "Bounced Address"}, "bounced", None),
        ({"kind": "spamreport"}, "complained", "complained"),
        ({"kind": "unsubscribe"}, "accepted", "unsubscribed"),
        ({"kind": "group_unsubscribe"}, "accepted", "unsubscribed"),
        ({"kind": "group_resubscribe"}, "accepted", None),
        ({"kind": "open"}, "accepted", None),
    ],
)
def test_each_kind_of_report_does_what_it_says(world, event, state, suppressed):
    token, *_ = deliveries(world.database, state="accepted")
    world.post([world.event(token, **event)])
    assert states(world.database)[token] == state
    with world.database.read() as session:
        assert session.scalar(select(Suppression.reason)) == suppressed


def test_ten_thousand_reports_come_in_one_go(world):
    tokens = deliveries(world.database, state="accepted", count=2000)
    events = [
        world.event(token, kind)
        for token in tokens
        for kind in ("processed", "deferred", "delivered", "processed", "delivered")
    ]
    assert world.post(events).status_code == 204
    assert world.events() == 6000
    assert set(states(world.database).values()) == {"delivered"}


def test_a_request_without_end_is_cut(world):
    body, headers = world.sendgrid.signed(b"[" + b" " * (17 * 1024 * 1024) + b"]")
    assert world.send(body, headers).status_code == 413


def test_other_channels_take_no_reports(world):
    assert world.client.post("/hooks/smtp", content=b"[]").status_code == 404
