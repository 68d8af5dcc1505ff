"""What programs are told: each thing once, signed, tried again for a day."""

import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_web import FakeWeb, answer
from programs import called_office, program

from app.alert_words import WEBHOOK_FAILING, of_alert, path_of
from app.jobs import all_jobs
from app.reviews.models import Edition
from app.webhooks import calling, keeping, noting
from app.webhooks.happening import KINDS, MOST
from app.webhooks.models import Webhook, WebhookCall, WebhookEvent
from core.errors import BadInput, Conflict, FetchFailed, NotFound
from core.i18n import words
from core.models import Account, Alert
from core.values import Language
from distributor.models import Approval, Dispatch
from monitor.catalogue.showing import alert_views
from monitor.models import Article, Coverage, CoverageDecision, Source

URL = "https://program.test/hook"
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield replace(opened, web=FakeWeb({URL: b""}), timer=clock)


def hook(office, *, url=URL, events=KINDS):
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="administrator").one()
        return keeping.add(office, session, url=url, events=events, account=account)


def tick(office):
    noting.note(office.database, now=office.clock.now())
    return calling.call_due(office)


def told(office):
    return [json.loads(ask.content) for ask in office.web.asked]


def kinds(office):
    return sorted(one["kind"] for one in told(office))


def a_dispatch(office, **changes):
    now = office.clock.now()
    with office.database.write() as session:
        row = Dispatch(
            **{
                "release_id": 1,
                "channel": "outbox",
                "channels": ["outbox"],
                "wall": now.replace(tzinfo=None),
                "zone": "Africa/Casablanca",
                "due_at": now,
                "deadline_at": now + HOUR,
                "grace_minutes": 5,
                "zone_rules": "2026c",
                "release_seal": "",
                "seal": "s",
                "state": "planned",
                "left_out": [],
                "planned_at": now - 2 * HOUR,
            }
            | changes
        )
        session.add(row)
        session.flush()
        return row.id


def everything_happens(office):
    now = office.clock.now()
    one = a_dispatch(office, planned_at=now, started_at=now, ended_at=now, state="done")
    a_dispatch(office, ended_at=now, state="stopped", reason="Stopped.")
    a_dispatch(office, state="held", reason="Its hour passed.")
    program(office, called=f"p{one}").post(
        "/sources", json={"url": "https://a.test/feed", "kind": "feed", "outlet": "A"}
    )
    with office.database.write() as session:
        source = session.query(Source).one()
        article = Article(
            outlet_id=source.outlet_id,
            url="https://a.test/1",
            address_hash=1,
            title="Titre",
            title_hash=1,
            first_seen_at=now,
        )
        session.add_all(
            [
                Approval(dispatch_id=one, account_id=1, seal="s", given_at=now),
                article,
                Alert(rule="source-gone", about="source:1", raised_at=now, fields={}),
                Edition(
                    key="2026-11-24/morning",
                    day=now.date(),
                    number=3,
                    since=now,
                    until=now,
                    state="sent",
                    sent_at=now,
                ),
            ]
        )
        session.flush()
        line = Coverage(
            article_id=article.id,
            release_id=1,
            label="reprint",
            score=0.9,
            reasons=[],
            passages=[],
            found_at=now,
            decision="confirmed",
        )
        session.add(line)
        session.flush()
        session.add(
            CoverageDecision(
                coverage_id=line.id,
                decision="confirmed",
                label="reprint",
                score=0.9,
                by="watcher",
                decided_at=now,
            )
        )


def test_each_thing_that_happens_is_told(office, clock):
    hook(office)
    clock.wait(timedelta(minutes=1))
    everything_happens(office)
    assert tick(office) == len(KINDS)
    assert kinds(office) == sorted(KINDS)
    found = {one["kind"]: one for one in told(office)}
    assert found["coverage.found"]["data"] == {
        "coverage": 1,
        "release": 1,
        "number": "112/2026",
        "article": 1,
        "outlet": "A",
        "title": "Titre",
        "url": "https://a.test/1",
        "label": "reprint",
        "score": 0.9,
        "decision": "confirmed",
        "path": "/api/v1/coverage/1",
    }
    assert found["coverage.decided"]["data"]["decided_by"] == "watcher"
    assert found["dispatch.held"]["data"]["reason"] == "Its hour passed."
    assert found["dispatch.done"]["data"]["number"] == "112/2026"
    assert found["source.state"]["data"]["state"] == "new"
    assert found["edition.sent"]["data"]["edition"] == "2026-11-24/morning"
    assert found["alert.raised"]["data"]["about"] == "source:1"
    assert found["dispatch.done"]["at"] == "2026-11-24T09:01:00Z"


def test_nothing_is_told_twice(office, clock):
    hook(office)
    clock.wait(timedelta(minutes=1))
    everything_happens(office)
    tick(office)
    for minutes in (0, 1, 9, 30, 200):
        clock.wait(timedelta(minutes=minutes))
        tick(office)
    assert len(told(office)) == len(KINDS)


def test_two_workers_that_look_at_once_tell_it_once(office, clock):
    hook(office)
    clock.wait(timedelta(minutes=1))
    everything_happens(office)
    for _ in range(2):
        noting.note(office.database, now=clock.now())
    with office.database.read() as session:
        assert session.query(WebhookCall).count() == len(KINDS)


def test_a_row_that_comes_late_is_told(office, clock):
    """A transaction may end after a look that began later."""
    hook(office, events=["dispatch.done"])
    then = clock.now() + timedelta(minutes=1)
    clock.wait(timedelta(minutes=30))
    tick(office)
    a_dispatch(office, ended_at=then, state="done")
    tick(office)
    assert kinds(office) == ["dispatch.done"]


def test_what_was_before_a_webhook_is_not_told(office, clock):
    everything_happens(office)
    clock.wait(timedelta(minutes=1))
    hook(office)
    assert (tick(office), told(office)) == (0, [])


def test_a_webhook_is_told_what_it_chose(office, clock):
    hook(office, events=["coverage.found"])
    clock.wait(timedelta(minutes=1))
    everything_happens(office)
    tick(office)
    assert kinds(office) == ["coverage.found"]


def test_more_held_at_once_than_one_look_tells_are_told_by_the_next(office, clock):
    hook(office, events=["dispatch.held"])
    clock.wait(timedelta(minutes=1))
    for _ in range(MOST + 1):
        a_dispatch(office, state="held")
    for _ in range(2):
        tick(office)
        clock.wait(timedelta(minutes=1))
    with office.database.read() as session:
        assert session.query(WebhookEvent).count() == MOST + 1


def test_what_is_held_again_is_told_again(office, clock):
    hook(office, events=["dispatch.held"])
    clock.wait(timedelta(minutes=1))
    one = a_dispatch(office, state="held")
    for state in ("held", "planned", "held", "held"):
        with office.database.write() as session:
            session.get(Dispatch, one).state = state
        tick(office)
        clock.wait(timedelta(minutes=1))
    assert kinds(office) == ["dispatch.held"] * 2
    assert len({one["id"] for one in told(office)}) == 2


def test_a_call_is_signed_over_its_time_and_body(office, clock):
    _, secret = hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    a_dispatch(office, ended_at=clock.now(), state="done")
    tick(office)
    [ask] = office.web.asked
    unix = int(clock.now().timestamp())
    made = hmac.new(secret.encode(), f"{unix}.".encode() + ask.content, hashlib.sha256)
    assert ask.headers["Parution-Signature"] == f"t={unix},v1={made.hexdigest()}"
    assert ask.headers["Parution-Event"] == "dispatch.done"
    assert ask.headers["Parution-Delivery"] == told(office)[0]["id"]
    assert ask.headers["Content-Type"] == "application/json"


def test_a_secret_is_kept_shut_and_outlives_a_change_of_keys(office):
    number, secret = hook(office)
    with office.database.read() as session:
        assert secret not in session.get(Webhook, number).secret
    later = replace(office, keys=["a new key", *office.keys])
    assert keeping.test(later, number).state == "done"
    lost = replace(office, keys=["another key"])
    call = keeping.test(lost, number)
    assert (call.state, call.status) == ("failed", None)
    assert "key" in call.fault


def test_what_is_not_taken_is_tried_again_and_then_given_up(office, clock):
    office.web.answers[URL] = answer(URL, status=500)
    number, _ = hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    began = clock.now()
    a_dispatch(office, ended_at=began, state="done")
    tick(office)
    tries = [clock.now() - began]
    while (due := office_due(office)) is not None:
        clock.move_to(due)
        tick(office)
        tries.append(clock.now() - began)
    assert tries[1] == timedelta(minutes=1)
    assert 8 <= len(tries) <= 12
    assert timedelta(hours=19) < tries[-1] < timedelta(hours=24)
    # The same thing under the same name, each time signed anew.
    assert len({one["id"] for one in told(office)}) == 1
    assert len({a.headers["Parution-Signature"] for a in office.web.asked}) == len(
        tries
    )
    with office.database.read() as session:
        row = keeping.one(session, number)
        [alert] = session.query(Alert).filter_by(rule=WEBHOOK_FAILING).all()
        [view] = alert_views(session, [alert])
    assert row.failing_since == clock.now()
    assert (row.last_status, row.last_fault) == (500, "It answered 500.")
    assert alert.ended_at is None
    assert path_of(view) == "/office/webhooks"
    said = of_alert(alert.rule, alert.fields, said=words(Language.ENGLISH))
    assert "program.test" in said
    assert "/hook" not in said


def office_due(office):
    with office.database.read() as session:
        return calling.next_due(session)


def test_an_alert_ends_when_a_webhook_is_well_again(office, clock):
    number, _ = hook(office, events=["dispatch.done"])
    with office.database.write() as session:
        session.get(Webhook, number).failing_since = clock.now()
        calling.tell_failing(session, clock.now())
        assert session.query(Alert).filter_by(ended_at=None).count() == 1
    assert keeping.test(office, number).state == "done"
    with office.database.read() as session:
        assert session.query(Alert).filter_by(ended_at=None).count() == 0
        assert keeping.one(session, number).failing_since is None


def test_a_webhook_that_fails_is_left_alone_and_holds_no_other_up(office, clock):
    other = "https://other.test/hook"
    office.web.answers |= {URL: FetchFailed("The site does not answer."), other: b""}
    hook(office, events=["dispatch.done"])
    hook(office, url=other, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    for _ in range(5):
        a_dispatch(office, ended_at=clock.now(), state="done")
    assert tick(office) == 5
    assert office.web.urls.count(URL) == 1
    assert office.web.urls.count(other) == 5
    office.web.answers[URL] = b""
    clock.wait(timedelta(minutes=2))
    assert tick(office) == 5


def test_only_a_success_is_taken(office):
    number, _ = hook(office)
    for status in (199, 301, 302, 307, 400, 404, 410, 503):
        office.web.answers[URL] = answer(URL, status=status)
        call = keeping.test(office, number)
        assert (call.state, call.status, call.kind) == ("failed", status, "ping")
    # A test is not tried again.
    assert office_due(office) is None


def test_a_call_that_was_cut_off_is_made_again(office, clock):
    hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    a_dispatch(office, ended_at=clock.now(), state="done")

    def killed(ask):
        raise KeyboardInterrupt

    office.web.answers[URL] = killed
    with pytest.raises(KeyboardInterrupt):
        tick(office)
    office.web.answers[URL] = b""
    assert tick(office) == 0
    clock.wait(calling.LEASE)
    assert tick(office) == 1


def test_a_webhook_that_was_ended_is_told_nothing_more(office, clock):
    number, _ = hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    a_dispatch(office, ended_at=clock.now(), state="done")
    noting.note(office.database, now=clock.now())
    with office.database.write() as session:
        keeping.end(session, number, now=clock.now())
    assert calling.call_due(office) == 0
    assert office.web.asked == []
    with pytest.raises(Conflict), office.database.write() as session:
        keeping.end(session, number, now=clock.now())


WRONG = [
    ("url", "ftp://a.test/", KINDS),
    ("url", "javascript:alert(1)", KINDS),
    ("url", "https://user:pass@a.test/", KINDS),
    ("url", "https://a.test/#part", KINDS),
    ("url", "https://a.test/" + "x" * 2_000, KINDS),
    ("url", "http://2130706433/", KINDS),
    ("events", URL, []),
    ("events", URL, ["coverage.lost"]),
]


def test_what_is_wrong_is_said_at_its_field(office):
    for field, url, events in WRONG:
        with pytest.raises(BadInput) as refused:
            hook(office, url=url, events=events)
        assert refused.value.to == field, url


def test_one_address_is_one_webhook(office):
    hook(office)
    with pytest.raises(BadInput, match="already"):
        hook(office)
    with pytest.raises(NotFound), office.database.read() as session:
        keeping.one(session, 99)


def test_events_are_kept_for_a_month(office, clock):
    hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    a_dispatch(office, ended_at=clock.now(), state="done")
    tick(office)
    clock.wait(timedelta(days=31))
    a_dispatch(office, ended_at=clock.now(), state="done")
    tick(office)
    with office.database.read() as session:
        assert session.query(WebhookEvent).count() == 1
        assert session.query(WebhookCall).count() == 1


def test_programs_add_try_and_end_webhooks(office):
    client = program(office)
    made = client.post(
        "/webhooks",
        json={"url": URL, "events": ["coverage.found"]},
        headers={"Idempotency-Key": "k"},
    )
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    again = client.post(
        "/webhooks",
        json={"url": URL, "events": ["coverage.found"]},
        headers={"Idempotency-Key": "k"},
    )
    assert (again.status_code, again.text) == (201, "")
    [row] = client.get("/webhooks").json()
    assert row["events"] == ["coverage.found"]
    assert "secret" not in row
    assert client.post("/webhooks/1/test").json()["state"] == "done"
    [call] = client.get("/webhooks/1/calls").json()["items"]
    assert (call["kind"], call["status"]) == ("ping", 200)
    assert client.delete("/webhooks/1").status_code == 204
    assert client.get("/webhooks").json() == []
    assert client.get("/webhooks/1").status_code == 404


def test_only_administrators_see_webhooks(office):
    assert program(office, "validator").get("/webhooks").status_code == 403


def test_the_worker_notes_and_calls(office, clock):
    hook(office, events=["dispatch.done"])
    clock.wait(timedelta(minutes=1))
    a_dispatch(office, ended_at=clock.now(), state="done")
    jobs = {one.name: one for one in all_jobs(office)}
    assert jobs["webhooks"].next_due() is None
    assert jobs["webhook-events"].run() == 1
    assert jobs["webhooks"].next_due() == clock.now()
    assert jobs["webhooks"].run() == 1
    assert jobs["webhooks"].next_due() is None


def test_the_snippet_of_the_docs_knows_our_calls(office, clock):
    page = Path(__file__).parents[3] / "docs" / "api.md"
    [snippet] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    names = {}
    exec(snippet, names)  # noqa: S102 - what our own page tells people to run
    number, secret = hook(office)
    keeping.test(office, number)
    [ask] = office.web.asked
    header, body = ask.headers["Parution-Signature"], ask.content
    now = clock.now().timestamp()
    assert names["is_genuine"](secret, header, body, now)
    assert not names["is_genuine"]("another", header, body, now)
    assert not names["is_genuine"](secret, header, body + b" ", now)
    assert not names["is_genuine"](secret, header, body, now + 301)
