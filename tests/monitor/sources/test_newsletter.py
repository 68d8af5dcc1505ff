"""Newsletters: a message's headlines are articles; what leads out of the list is not."""

import contextlib
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from monitor.sources.base import Document, NotASource
from monitor.sources.newsletter import Kind
from monitor.states import Fault

URL = "mailbox:newsletters"


def mail(html="", plain="", sender="Le Matin <lettre@lematin.test>", charset="utf-8"):
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = "La lettre du 24 novembre"
    message["Date"] = "Tue, 24 Nov 2026 07:00:00 +0100"
    message["Message-ID"] = "<1@lematin.test>"
    message.set_content(plain or "Version texte")
    if html:
        message.add_alternative(html, subtype="html", charset=charset)
    return message.as_bytes()


def read(body, **options):
    return Kind().parse(Document(body=body, url=URL), options=options)


HTML = """<html><body><a href="https://lematin.test/web/1">Voir dans votre navigateur</a>
<a href="https://lematin.test/a/1?utm_source=nl&amp;id=7"><img src=x alt="photo"></a>
<a href="https://lematin.test/a/1?utm_source=nl&amp;id=7">Le ministre visite les agences de Rabat</a>
<a href="https://track.test/c/AbC?u=1">الوزير يزور الوكالات الحضرية بالرباط اليوم</a>
<a href="https://lematin.test/bref">Bref</a>
<a href="https://www.facebook.com/lematin">Suivez-nous sur notre page du réseau</a>
<a href="javascript:alert(1)">Un lien qui ne mène vraiment nulle part</a>
<a href="https://track.test/unsubscribe/1">Pour ne plus recevoir cette lettre, cliquez ici</a>
</body></html>"""


def test_links_with_headlines_are_articles():
    found = read(mail(HTML))
    assert found.title == "La lettre du 24 novembre"
    assert [(entry.url, entry.title) for entry in found.entries] == [
        ("https://lematin.test/a/1?id=7", "Le ministre visite les agences de Rabat"),
        ("https://track.test/c/AbC?u=1", "الوزير يزور الوكالات الحضرية بالرباط اليوم"),
    ]
    assert {entry.published for entry in found.entries} == {None}, (
        "a letter may be late"
    )


def test_a_letter_in_windows_1256_is_right():
    html = "<a href='https://a.test/1'>الوزير يزور الوكالات الحضرية بالرباط اليوم</a>"
    (entry,) = read(mail(html, charset="windows-1256")).entries
    assert entry.title == "الوزير يزور الوكالات الحضرية بالرباط اليوم"


def test_a_plain_letter_has_its_headlines_above_its_links():
    plain = (
        "Le ministre visite les agences de Rabat\nhttps://a.test/1?utm_medium=x\n\n"
        "Pour se désinscrire de cette lettre cliquez ici : https://a.test/out\n"
    )
    (entry,) = read(mail(plain=plain)).entries
    assert (entry.url, entry.title) == (
        "https://a.test/1",
        "Le ministre visite les agences de Rabat",
    )


def test_a_letter_that_is_the_article_is_one():
    html = (
        "<a href='https://a.test/web/9'>Lire en ligne</a>"
        + "<p>Des mots pour une lettre qui dit tout elle-même.</p>" * 20
    )
    (entry,) = read(mail(html)).entries
    assert (entry.url, entry.title) == (
        "https://a.test/web/9",
        "La lettre du 24 novembre",
    )
    assert entry.published.at == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert entry.content.count("\n\n") == 20


@pytest.mark.parametrize("sender", ["lettre@lematin.test", "lematin.test"])
def test_mail_of_others_is_refused(sender):
    assert read(mail(HTML), sender=sender).entries
    with pytest.raises(NotASource, match="somebody else"):
        read(mail(HTML, sender="x@evil.test"), sender=sender)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"<html></html>", Fault.UNREADABLE),
        (mail("<p>Rien</p>"), Fault.NO_ARTICLES),
    ],
    ids=["empty", "page", "nothing"],
)
def test_what_is_no_letter_with_articles_is_named(body, fault):
    with pytest.raises(NotASource) as caught:
        read(body)
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    "head",
    [
        b"From: =?utf-8?b?////?= <x\r\nSubject: =?x?q?=ff?=\r\nDate: nonsense\r\n",
        b'From: "\r\nSubject: a\r\nMessage-ID: <@[\r\n',
        b'Received: x\r\nFrom: a@b\r\nContent-Type: multipart/mixed; boundary=""\r\n',
        b'From: a@b\r\nSubject: x\r\nContent-Type: text/html; charset="none\xff"\r\n',
    ],
    ids=["words", "address", "boundary", "charset"],
)
def test_hostile_headers_raise_nothing_else(head):
    body = head + b"\r\n<a href='https://a.test/1'>Le ministre visite les agences</a>"
    with contextlib.suppress(NotASource):
        read(body)
