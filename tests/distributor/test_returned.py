"""What a mail that came back says, however it is written."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned_makers import TOKEN, complaint, dsn, plain

from distributor.after.returned import MOST_BYTES, Kind, Returned, read


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", Kind.HARD),
        ("failed", "5.1.10", Kind.HARD),
        ("failed", "5.2.1", Kind.HARD),
        ("failed", "5.2.2", Kind.SOFT),
        ("failed", "5.3.4", Kind.SOFT),
        ("failed", "5.7.1", Kind.SOFT),
        ("failed", "5.7.26", Kind.SOFT),
        ("failed", "4.4.7", Kind.SOFT),
        ("Failed (given up)", "5.4.4", Kind.HARD),
        ("error", "5.0.0", Kind.HARD),
        ("delayed", "4.4.1", Kind.DELAYED),
        ("delivered", "2.0.0", Kind.DELIVERED),
        ("relayed", "2.0.0", Kind.RELAYED),
    ],
)
def test_the_action_and_the_code_decide(action, status, kind):
    assert read(dsn(action=action, status=status, diagnostic="x")).kind is kind


def test_where_the_status_is_a_bare_class_the_servers_words_are_finer():
    told = read(dsn(status="5.0.0", diagnostic="552 5.2.2 mailbox full"))
    assert told.kind is Kind.SOFT
    assert told.detail["status"] == "5.2.2"


def test_an_address_of_several_people_is_good_while_one_of_them_is_there():
    more = "\nFinal-Recipient: rfc822; other@presse.test\nAction: delivered\nStatus: 2.0.0\n"
    assert read(dsn(more=more)).kind is Kind.DELIVERED


def test_a_report_names_its_message_by_envelope_and_by_returned_headers():
    told = read(
        dsn(
            envelope_id="e1", returned="Message-ID: <m1@office.test>\n", to="a+b@c.test"
        )
    )
    assert told.names == ("e1", "m1")
    assert "a+b@c.test" in told.paths


def test_what_the_server_said_is_kept_in_its_own_words():
    assert read(dsn()).detail == {
        "status": "5.1.1",
        "recipient": "p1@presse.test",
        "answer": "550 5.1.1 no such user",
        "by": "mx.presse.test",
    }


def test_a_complaint_is_read_with_the_path_its_message_came_from():
    told = read(
        complaint(
            sender="<bounces+x@office.test>",
            returned="Message-ID: <m1@office.test>\nReturn-Path: <bounces+y@office.test>\n",
        )
    )
    assert told.kind is Kind.COMPLAINT
    assert told.names == ("m1",)
    assert set(told.paths) >= {"bounces+x@office.test", "bounces+y@office.test"}
    assert told.detail == {"feedback": "abuse"}


def test_a_bounce_of_no_standard_is_read_too():
    told = read(
        b"Return-Path: <>\nFrom: MAILER-DAEMON@qmail.test\nTo: bounces@office.test\n"
        b"Subject: failure notice\n\n"
        b"Hi. This is the qmail-send program at qmail.test.\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        b"This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        b"<p1@presse.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        b"--- Below this line is a copy of the message.\n\n"
        b"Message-ID: <m1@office.test>\nSubject: Rencontre\n"
    )
    assert told.kind is Kind.HARD
    assert told.names == ("m1",)
    assert told.detail["recipient"] == "p1@presse.test"


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied\n",
        "Precedence: auto_reply\n",
        "X-Autoreply: yes\n",
    ],
)
def test_an_answer_of_a_machine_is_known_as_one(more):
    assert read(plain(more=more)).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        f"unsubscribe {TOKEN}",
        f"Re: Unsubscribe  {TOKEN}",
        f"=?utf-8?q?x?= unsubscribe {TOKEN}",
    ],
)
def test_a_mail_that_asks_for_no_more_is_known_by_its_subject(subject):
    told = read(plain(subject=subject))
    assert (told.kind, told.signed) == (Kind.UNSUBSCRIBE, TOKEN)


def test_a_persons_answer_is_left_to_a_person():
    assert read(plain()) == Returned(kind=Kind.PLAIN)
    assert read(plain(subject="How do I unsubscribe please?")).kind is Kind.PLAIN


def test_markup_in_a_report_stays_text():
    told = read(dsn(diagnostic="550 <script>alert(1)</script>\x07\x1b[0m"))
    assert told.detail["answer"] == "550 <script>alert(1)</script> [0m"


def test_a_report_in_base64_is_read():
    inside = (
        b"Reporting-MTA: dns; mx.presse.test\n\nFinal-Recipient: rfc822; p1@presse.test\n"
        b"Action: failed\nStatus: 5.1.1\n"
    )
    coded = base64.encodebytes(inside).decode()
    told = read(
        f"""\
From: postmaster@presse.test
To: bounces@office.test
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

{coded}
--cut--
""".encode()
    )
    assert told.kind is Kind.HARD


def test_a_mail_of_endless_parts_is_not_unfolded():
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n)
        for n in range(5000)
    )
    assert read(nested).kind is Kind.PLAIN


def test_what_lies_beyond_the_largest_size_is_not_read():
    assert read(b"Subject: x\n\n" + b"a" * (2 * MOST_BYTES)).kind is Kind.PLAIN


@given(st.binary(max_size=4000))
def test_any_bytes_can_be_read(content):
    assert read(content).kind in Kind


_LINE = st.sampled_from(
    [
        b"Content-Type: message/delivery-status",
        b"Content-Type: message/feedback-report",
        b'Content-Type: multipart/report; boundary="b"',
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/rfc822-headers; charset=utf-7",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Final-Recipient: rfc822; \xff\xfe<p@x>",
        b"Action: failed",
        b"Status: 5.1.1",
        b"Original-Envelope-Id: \x00",
        b"Message-ID: <<<@>>@",
        b'To: "a <b@c>, d:;(((',
        b"Auto-Submitted: \xd8\xa7",
        b"Subject: =?utf-8?b?////?= unsubscribe",
        b"--b",
        b"--b--",
        b"",
        b" folded",
        b"This is the qmail-send program",
        b"<p@x.test>:",
    ]
)


@given(st.lists(_LINE | st.binary(max_size=30), max_size=60))
def test_broken_mails_of_every_shape_can_be_read(lines):
    told = read(b"\n".join(lines))
    assert all(value.isprintable() for value in told.detail.values())
    assert all(len(value) <= 500 for value in told.detail.values())
