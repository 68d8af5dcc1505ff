"""Makers of mails that come back, as mail servers write them: only what matters is said."""

TOKEN = "0123456789abcdef0123456789abcdef"


def dsn(
    *,
    to="bounces@office.test",
    action="failed",
    status="5.1.1",
    recipient="p1@presse.test",
    diagnostic="550 5.1.1 no such user",
    envelope_id="",
    returned="",
    more="",
):
    """A report of delivery as Postfix writes it, around the headers it gives back."""
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    return f"""\
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.presse.test (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.presse.test
{envelope}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}
{more}
--cut
Content-Type: text/rfc822-headers

{returned}Subject: Rencontre

--cut--
""".encode()


def complaint(*, to="abuse@office.test", returned="", sender=""):
    """A complaint as mailbox providers write it (ARF)."""
    return f"""\
From: feedback@provider.test
To: {to}
Subject: FW: Rencontre
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: text/plain

This is an email abuse report.

--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Mail-From: {sender}

--cut
Content-Type: message/rfc822

{returned}Subject: Rencontre

The text.

--cut--
""".encode()


def plain(*, subject="Re: Rencontre", more="", body="Merci, nous viendrons."):
    return (
        f"From: p1@presse.test\nTo: presse@office.test\nSubject: {subject}\n{more}\n{body}\n"
    ).encode()
