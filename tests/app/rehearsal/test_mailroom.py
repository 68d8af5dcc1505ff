"""The mail server of the rehearsal, spoken to by SMTP."""

import smtplib
from email.message import EmailMessage

from app.rehearsal.mailroom import Mailroom, receiving


def a_mail(subject):
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "presse@ministere.test"
    mail.set_content("نص البلاغ")
    mail.add_alternative("<p dir='rtl'>نص البلاغ</p>", subtype="html")
    return mail


def test_each_recipient_has_the_mail_and_the_newest_comes_first(clock):
    room = Mailroom(clock)
    with receiving(room) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(a_mail("دعوة"), to_addrs=["a@press.test", "b@press.test"])
        server.send_message(a_mail("بلاغ"), to_addrs=["a@press.test"])
    assert [(mail.number, mail.recipient, mail.subject) for mail in room.mails()] == [
        (3, "a@press.test", "بلاغ"),
        (2, "b@press.test", "دعوة"),
        (1, "a@press.test", "دعوة"),
    ]
    newest = room.mail(3)
    assert newest.at == clock.now()
    assert newest.part("plain").strip() == "نص البلاغ"
    assert "dir='rtl'" in newest.part("html")
    assert room.mail(4) is None
