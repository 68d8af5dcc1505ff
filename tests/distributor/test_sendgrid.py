"""Channel sendgrid against a local SendGrid: what leaves, and what each answer means."""

import json
import logging
import socket
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sendgrid_double import KEY, NOON, Fault, Says, SendGridDouble

from core.clock import StoppedClock
from distributor.channels.base import ChannelFault, File, Message, Parts, Verdict
from distributor.channels.sendgrid import Channel

MARK = "-k-greeting-"


def parts(**changes):
    plain = {
        "key": "letter-1",
        "sender_name": "Ministère de l’Habitat",
        "sender": "presse@ministere.test",
        "reply_to": "contact@ministere.test",
        "subject": "Rencontre des agences urbaines",
        "plain": f"{MARK}\r\nلقاء الوكالات الحضرية",
        "page": f"<p>{MARK}</p>",
        "headers": {"List-Id": "<list-1.ministere.test>"},
    }
    return Parts(**(plain | changes))


def message(number, **changes):
    plain = {
        "sender": "retours@ministere.test",
        "recipient": f"p{number}@presse.test",
        "name": f"Personne {number}",
        "token": f"t{number}",
        "parts": parts(),
        "personal": {MARK: f"Bonjour Personne {number},"},
        "headers": {"Message-ID": f"<t{number}@ministere.test>"},
        "digest": "0" * 64,
    }
    return Message(**(plain | changes))


def messages(count):
    return [message(number) for number in range(count)]


@pytest.fixture
def double():
    with SendGridDouble() as opened:
        yield opened


def a_channel(double, *, timer=None, **options):
    given = {"timeout": 5} | double.options | options
    return Channel(Channel.Options.model_validate(given), timer=timer)


def send(double, given, **options):
    with closing(a_channel(double, **options).connect()) as connection:
        return connection.send(given)


def verdicts(sent):
    return [outcome.verdict.value for outcome in sent.outcomes]


def tokens(double):
    return [one.token for one in double.accepted]


def test_one_request_carries_a_thousand_recipients(double):
    sent = send(double, messages(1000))
    assert double.requests == [(202, 1000)]
    assert verdicts(sent) == ["accepted"] * 1000
    assert sent.fault is None
    assert {outcome.reference for outcome in sent.outcomes} == {"msg000001"}


def test_each_recipient_gets_their_own_words_and_headers(double):
    send(double, messages(2))
    first, second = double.accepted
    assert first.plain.startswith("Bonjour Personne 0,")
    assert first.page == "<p>Bonjour Personne 0,</p>"
    assert second.headers["Message-ID"] == "<t1@ministere.test>"
    assert second.headers["List-Id"] == "<list-1.ministere.test>"


def test_nothing_personal_stands_in_the_custom_arguments(double):
    send(double, messages(2))
    body = double.accepted[0].body
    assert [one["custom_args"] for one in body["personalizations"]] == [
        {"delivery": "t0"},
        {"delivery": "t1"},
    ]
    assert "categories" not in body
    assert "custom_args" not in body


def test_the_provider_tracks_nothing(double):
    send(double, messages(1))
    tracking = double.accepted[0].body["tracking_settings"]
    assert set(tracking) == {
        "click_tracking",
        "open_tracking",
        "subscription_tracking",
        "ganalytics",
    }
    assert all(one["enable"] is False for one in tracking.values())
    assert tracking["click_tracking"]["enable_text"] is False
    mail = double.accepted[0].body["mail_settings"]
    assert mail["bypass_list_management"] == {"enable": False}


def test_attachments_and_pictures_travel_with_the_letter(double):
    files = [
        File(name="note.pdf", media_type="application/pdf", content=b"%PDF"),
        File(name="a.png", media_type="image/png", content=b"p", content_id="a1"),
    ]
    send(double, [message(0, parts=parts(files=files))])
    pdf, picture = double.accepted[0].body["attachments"]
    assert pdf == {
        "content": "JVBERg==",
        "type": "application/pdf",
        "filename": "note.pdf",
        "disposition": "attachment",
    }
    assert (picture["disposition"], picture["content_id"]) == ("inline", "a1")


def test_the_unsubscribe_group_is_named_when_there_is_one(double):
    send(double, messages(1), unsubscribe_group=77)
    assert double.accepted[0].body["asm"] == {"group_id": 77}
    send(double, messages(1))
    assert "asm" not in double.accepted[1].body


def test_letters_travel_apart(double):
    given = [
        message(number, parts=parts(key=f"letter-{number % 2}")) for number in range(6)
    ]
    assert verdicts(send(double, given)) == ["accepted"] * 6
    assert double.requests == [(202, 3), (202, 3)]


def test_an_address_that_comes_twice_goes_into_two_requests(double):
    given = [*messages(3), message(9, recipient="P1@presse.test")]
    assert verdicts(send(double, given)) == ["accepted"] * 4
    assert double.requests == [(202, 3), (202, 1)]


def test_headers_that_are_the_providers_own_are_left_out(double):
    given = message(0, parts=parts(headers={"Reply-To": "x@y.test", "X-Ours": "1"}))
    assert verdicts(send(double, [given])) == ["accepted"]
    assert "Reply-To" not in double.accepted[0].headers


# -- refusals ----------------------------------------------------------------------------


def test_a_culprit_is_found_and_the_others_are_sent_once(double):
    double.bad_addresses = {"p700@presse.test"}
    sent = send(double, messages(1000))
    assert verdicts(sent).count("accepted") == 999
    assert sent.outcomes[700].verdict is Verdict.REFUSED
    assert sent.outcomes[700].answer == "400 Does not contain a valid address."
    assert sent.fault is None
    assert sorted(tokens(double)) == sorted(f"t{n}" for n in range(1000) if n != 700)
    assert len(double.requests) <= 21


@given(bad=st.sets(st.integers(0, 39), max_size=8), batch=st.integers(1, 40))
@hypothesis_settings(max_examples=15, deadline=None)
def test_whoever_is_wrong_nobody_else_is_lost_or_doubled(bad, batch):
    with SendGridDouble() as double:
        double.bad_addresses = {f"p{number}@presse.test" for number in bad}
        sent = send(double, messages(40), batch=batch)
        refused = {n for n, one in enumerate(verdicts(sent)) if one == "refused"}
        assert refused == bad
        expected = [f"t{number}" for number in range(40) if number not in bad]
        assert sorted(tokens(double)) == sorted(expected)


def test_a_letter_that_is_wrong_is_not_asked_for_each_recipient(double):
    given = [message(number, parts=parts(subject="")) for number in range(64)]
    given += [message(99, parts=parts(key="letter-2"))]
    sent = send(double, given)
    assert verdicts(sent) == ["refused"] * 64 + ["accepted"]
    assert "subject" in sent.outcomes[5].answer
    assert len(double.requests) == 8


def test_a_request_that_is_too_large_is_halved_until_it_fits(double):
    double.most_bytes = 6_000
    sent = send(double, messages(32))
    assert verdicts(sent) == ["accepted"] * 32
    assert len(tokens(double)) == len(set(tokens(double))) == 32


def test_a_letter_that_is_too_large_alone_is_refused_in_words(double):
    double.most_bytes = 10
    sent = send(double, messages(16))
    assert verdicts(sent) == ["refused"] * 16
    assert sent.outcomes[15].answer == "413 The request is too large."


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "does not know our key"), (403, "does not let our key"), (404, "host")],
)
def test_a_refused_key_pauses_until_a_person_acts(double, status, says):
    double.script(Says(status))
    sent = send(double, messages(3))
    assert verdicts(sent) == ["back"] * 3
    assert sent.fault.again_after is None
    assert says in sent.fault.reason
    assert sent.fault.reason.endswith("then resume.")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "30"}, 30),
        ({"X-RateLimit-Reset": str(int(NOON.timestamp()) + 45)}, 45),
        ({"Retry-After": "Tue, 24 Nov 2026 12:02:00 GMT"}, 120),
        ({"X-RateLimit-Reset": "soon"}, 60),
        ({"X-RateLimit-Reset": "0"}, 1),
        ({"X-RateLimit-Reset": "1e400"}, 60),
        ({"Retry-After": "999999"}, 3600),
        ({}, 60),
    ],
)
def test_a_provider_that_asks_for_a_pause_gets_it(double, headers, pause):
    double.script(None, Says(429, headers))
    sent = send(double, messages(6), batch=3, timer=StoppedClock(NOON))
    assert verdicts(sent) == ["accepted"] * 3 + ["back"] * 3
    assert sent.fault.again_after == timedelta(seconds=pause)


# -- doubts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Says(500),
        Says(503, {"Retry-After": "5"}),
        Fault.HTML,
        Fault.MALFORMED,
        Fault.RESET,
        Fault.ACCEPT_THEN_RESET,
    ],
)
def test_without_a_clear_answer_the_request_is_in_doubt_and_the_rest_waits(
    double, fault
):
    double.script(fault)
    sent = send(double, messages(6), batch=3)
    assert verdicts(sent) == ["unsure"] * 3 + ["back"] * 3
    assert sent.fault is not None
    assert len(double.requests) == 1


def test_a_page_in_the_providers_place_waits_for_a_person(double):
    double.script(Fault.HTML)
    sent = send(double, messages(1))
    assert sent.fault.again_after is None
    assert "proxy" in sent.fault.reason


@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.ACCEPT_THEN_HANG, Fault.ACCEPT_THEN_DRIP]
)
def test_a_slow_provider_is_cut_off_and_what_it_had_is_in_doubt(double, fault):
    double.script(fault)
    sent = send(double, messages(2), timeout=1.5)
    assert verdicts(sent) == ["unsure"] * 2
    assert "1.5 seconds" in sent.outcomes[0].answer
    assert sent.fault.again_after == timedelta(minutes=1)


def test_after_a_doubt_one_recipient_goes_first(double):
    channel = a_channel(double)
    with closing(channel.connect()) as connection:
        double.script(Says(500), Says(502))
        connection.send(messages(10))
        # Still in trouble: one more in doubt, not ten.
        assert verdicts(connection.send(messages(10))).count("unsure") == 1
        assert verdicts(connection.send(messages(10))) == ["accepted"] * 10
    assert [count for _, count in double.requests] == [10, 1, 1, 9]


def test_a_line_that_breaks_before_the_request_is_whole_leaves_no_doubt(double):
    big = File(name="a.bin", media_type="application/x", content=b"x" * 8_000_000)
    double.script(Fault.RESET_WHILE_READING)
    sent = send(double, [message(0, parts=parts(files=[big]))])
    assert verdicts(sent) == ["back"]
    assert sent.fault.again_after == timedelta(minutes=1)
    assert "cannot be reached" in sent.fault.reason


def test_a_provider_that_is_not_there_is_a_fault_that_passes():
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    channel = Channel(
        Channel.Options(key=KEY, host=f"http://127.0.0.1:{port}", timeout=5)
    )
    with pytest.raises(ChannelFault) as caught:
        channel.connect()
    assert caught.value.again_after == timedelta(minutes=1)
    assert caught.value.reason.startswith("SendGrid cannot be reached: ")


def test_a_server_without_protection_is_not_spoken_to(double):
    address = double.url.replace("http://", "https://")
    with pytest.raises(ChannelFault, match="cannot be reached"):
        a_channel(double, host=address).connect()


# -- the key -----------------------------------------------------------------------------


def test_the_key_is_asked_for_its_rights_once_before_anything_leaves(double):
    channel = a_channel(double)
    channel.connect()
    channel.connect()
    assert double.calls == ["GET scopes"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "SG.other"}, "does not know our key"),
        ({"scopes": ["stats.read"]}, "does not let our key send mail"),
    ],
)
def test_a_key_that_may_not_send_is_found_before_anything_leaves(double, change, says):
    for name, value in change.items():
        setattr(double, name, value)
    with pytest.raises(ChannelFault, match=says) as caught:
        a_channel(double, key=KEY).connect()
    assert caught.value.again_after is None


@pytest.mark.parametrize(
    "fault", [Fault.HTML, Fault.HANG, Fault.RESET, Says(500), Says(429)]
)
def test_a_provider_that_does_not_say_what_we_may_do_is_not_used(double, fault):
    double.script_for("scopes", fault)
    with pytest.raises(ChannelFault):
        a_channel(double, timeout=0.4).connect()


def test_redirects_are_not_followed_with_our_key(double):
    with SendGridDouble() as other:
        double.script(Says(302, {"Location": f"{other.url}/v3/mail/send"}))
        sent = send(double, messages(1))
        assert verdicts(sent) == ["back"]
        assert sent.fault.again_after is None
        assert other.calls == []


def test_neither_key_nor_address_is_written_to_a_log(double, caplog):
    with caplog.at_level(logging.DEBUG):
        send(double, messages(1))
    assert KEY not in caplog.text
    assert "p0@presse.test" not in caplog.text


@pytest.mark.parametrize(
    "given",
    [
        {"key": ""},
        {"key": "two words"},
        {"key": "SG.x\r\nX-Evil: 1"},
        {"key": "SG.x", "host": "http://api.sendgrid.test"},
        {"key": "SG.x", "host": "ftp://127.0.0.1"},
        {"key": "SG.x", "batch": 1001},
    ],
)
def test_settings_that_would_harm_stop_the_start(given):
    with pytest.raises(ValidationError):
        Channel.Options.model_validate(given)


def test_the_region_chooses_the_host():
    assert Channel.Options(key="SG.x").address == "https://api.sendgrid.com"
    european = Channel.Options(key="SG.x", region="eu")
    assert european.address == "https://api.eu.sendgrid.com"


# -- what is planned ---------------------------------------------------------------------


def test_planned_mail_goes_under_a_batch_that_can_be_cancelled(double):
    hour = NOON + timedelta(hours=1)
    sent = send(double, [message(n, send_at=hour) for n in range(3)])
    (batch,) = double.batches
    assert {outcome.batch for outcome in sent.outcomes} == {batch}
    assert {one.send_at for one in double.accepted} == {hour}
    assert {one.batch for one in double.accepted} == {batch}


def test_planned_mail_without_a_batch_does_not_leave(double):
    double.script_for("mail/batch", Says(500))
    sent = send(double, [message(0, send_at=NOON + timedelta(hours=1))])
    assert verdicts(sent) == ["back"]
    assert double.accepted == []


def test_a_doubtful_planned_request_names_its_batch(double):
    double.script(Fault.ACCEPT_THEN_RESET)
    sent = send(double, [message(0, send_at=NOON + timedelta(hours=1))])
    assert verdicts(sent) == ["unsure"]
    assert sent.outcomes[0].batch in double.batches


def test_mail_for_more_than_three_days_ahead_is_refused_in_words(double):
    sent = send(double, [message(0, send_at=NOON + timedelta(hours=80))])
    assert verdicts(sent) == ["refused"]
    assert "72 hours" in sent.outcomes[0].answer


# -- injection (case 70) -----------------------------------------------------------------

BREAKS = ["\r\nBcc: a@b.test", "\n", "\r", "\x00", "\u2028", "\u2029", "\x85", "\t"]


@pytest.mark.parametrize("sign", BREAKS)
@pytest.mark.parametrize(
    "place",
    ["sender_name", "sender", "reply_to", "subject", "header", "file"],
)
def test_no_line_break_of_a_letter_reaches_the_provider(double, place, sign):
    changed = {
        "header": {"headers": {"List-Id": f"x{sign}"}},
        "file": {
            "files": [File(name=f"a{sign}", media_type="text/plain", content=b"x")]
        },
    }.get(place, {place: f"presse@ministere.test{sign}"})
    sent = send(double, [message(0, parts=parts(**changed))])
    assert verdicts(sent) == ["refused"]
    assert "line break" in sent.outcomes[0].answer
    assert double.requests == []


@pytest.mark.parametrize("sign", BREAKS)
@pytest.mark.parametrize("place", ["recipient", "name", "token", "header"])
def test_no_line_break_of_a_recipient_reaches_the_provider(double, place, sign):
    changed = (
        {"headers": {f"X-{sign}": "1"}}
        if place == "header"
        else {place: f"p1@presse.test{sign}"}
    )
    sent = send(double, [message(0), message(1, **changed)])
    assert verdicts(sent) == ["accepted", "refused"]
    assert tokens(double) == ["t0"]


def test_only_one_file_knows_the_library():
    root = Path(__file__).parents[2]
    found = [
        path.relative_to(root).as_posix()
        for part in ("core", "distributor", "monitor", "app")
        for path in (root / part).rglob("*.py")
        if "sendgrid.SendGridAPIClient" in path.read_text(encoding="utf-8")
    ]
    assert found == ["distributor/channels/sendgrid/api.py"]


def test_the_body_is_plain_data(double):
    send(double, messages(1))
    assert json.loads(json.dumps(double.accepted[0].body)) == double.accepted[0].body
