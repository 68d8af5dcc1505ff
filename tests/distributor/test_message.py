import email.policy
from datetime import UTC, datetime
from email.parser import BytesParser

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sending_makers import LINKS, ZONE, settings

from core.keys import Purpose
from core.values import Language
from distributor.sending.message import Person, Text, compose

SIGNED = LINKS.sign(Purpose.UNSUBSCRIBE, "t1")
BODY = """Le ministère **réunit** les agences.

<script>alert(1)</script> [lien](https://presse.test/?a=1&b=2) [x](javascript:alert)

| a | b |
|---|---|
| 1 | 2 |

.
.fin
"""


def a_letter(language=Language.FRENCH, *, title="Réunion à Fès", body=BODY, **given):
    text = Text(
        number="1/2026",
        language=language,
        title=title,
        body=body,
        list_id="list-1",
        due_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        zone=ZONE,
    )
    return compose(text, settings(**given), LINKS)


def parsed(letter, *, name="Nadia Alami"):
    content = letter.address(
        Person(address="n@presse.test", name=name, token="t1")
    ).content
    mail = BytesParser(policy=email.policy.default).parsebytes(content)
    assert not mail.defects
    return mail


def test_a_french_mail_reads_back_as_it_was_written():
    mail = parsed(a_letter())
    assert mail["Subject"] == "Réunion à Fès"
    assert mail["From"] == "Ministère <presse@ministere.test>"
    assert mail["To"] == "Nadia Alami <n@presse.test>"
    assert mail["Message-ID"] == "<t1@ministere.test>"
    assert mail["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert mail.get_content_type() == "multipart/alternative"
    plain, page = mail.iter_parts()
    assert BODY.strip() in plain.get_content().replace("\r\n", "\n")
    assert "Nadia Alami" in plain.get_content()
    assert "<strong>réunit</strong>" in page.get_content()
    assert "Nadia Alami" in page.get_content()


def test_an_arabic_mail_runs_from_right_to_left_in_every_cell():
    mail = parsed(
        a_letter(
            Language.ARABIC, title="لقاء الوكالات الحضرية بالرباط " * 4, body="نص"
        ),
        name="سعيد الإدريسي",
    )
    assert mail["Subject"] == ("لقاء الوكالات الحضرية بالرباط " * 4).strip()
    assert mail["To"].addresses[0].display_name == "سعيد الإدريسي"
    page = mail.get_body(("html",)).get_content()
    said = BeautifulSoup(page, "lxml").find_all(["html", "body", "td"])
    assert len(said) == 6
    assert {(tag["lang"], tag["dir"]) for tag in said} == {("ar", "rtl")}
    assert "text-align: right" in page


def test_markdown_is_cleaned_and_styles_are_inline():
    page = parsed(a_letter()).get_body(("html",)).get_content()
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "<style" not in page
    assert 'style="' in page


@pytest.mark.parametrize("language", list(Language))
def test_every_mail_says_how_to_receive_no_more(language):
    mail = parsed(a_letter(language))
    assert mail["List-Unsubscribe"] == (
        f"<mailto:presse@ministere.test?subject=unsubscribe%20{SIGNED}>"
    )
    assert mail["List-Unsubscribe-Post"] is None
    for part in mail.iter_parts():
        assert (
            "presse@ministere.test?subject=unsubscribe%20{SIGNED}" in part.get_content()
        )


def test_an_https_address_gives_the_link_too():
    mail = parsed(a_letter(web={"public_url": "https://presse.gov.test/"}))
    assert mail["List-Unsubscribe"].endswith(f"<https://presse.gov.test/u/{SIGNED}>")
    assert (
        f"https://presse.gov.test/u/{SIGNED}" in mail.get_body(("plain",)).get_content()
    )


def test_an_open_address_is_never_a_link():
    mail = parsed(a_letter(web={"public_url": "http://presse.gov.test"}))
    assert "http://" not in mail["List-Unsubscribe"]


def test_a_second_attempt_is_the_same_message():
    person = Person(address="n@presse.test", name="N", token="t1")
    assert a_letter().address(person) == a_letter().address(person)


@given(st.text(max_size=300), st.text(max_size=120))
def test_no_line_end_from_data_ever_reaches_a_header(title, name):
    letter = a_letter(title=title or "x", body="Texte")
    content = letter.address(
        Person(address="n@presse.test", name=name, token="t1")
    ).content
    assert content.isascii()
    head = content.partition(b"\r\n\r\n")[0]
    names = [
        line.split(b":")[0]
        for line in head.split(b"\r\n")
        if not line.startswith((b" ", b"\t"))
    ]
    assert names == [
        b"From",
        b"Subject",
        b"Date",
        b"List-Id",
        b"Content-Language",
        b"To",
        b"Message-ID",
        b"List-Unsubscribe",
        b"MIME-Version",
        b"Content-Type",
    ]
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_names_that_try_to_forge_a_header_stay_names():
    mail = parsed(a_letter(), name='Nadia"\r\nBcc: x@evil.test\r\n\r\n<b>')
    assert mail["Bcc"] is None
    assert "<b>" not in mail.get_body(("html",)).get_content().replace("</b>", "")


def test_no_line_of_a_part_is_longer_than_76():
    content = a_letter().address(Person(address="n@p.test", name="", token="t")).content
    body = content.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
