import hashlib
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from message_makers import (
    BODY,
    LINKS,
    PUBLIC,
    a_letter,
    a_person,
    a_text,
    office,
    parsed,
    read,
)

from core.keys import Purpose
from core.values import Language
from distributor.channels.base import File
from distributor.sending.message import compose
from distributor.sending.rendering import render
from distributor.sending.splice import Mark, rendered
from distributor.sending.text import Picture

UNSUBSCRIBE = LINKS.sign(Purpose.UNSUBSCRIBE, "t1")
HEAD = [
    b"From",
    b"Subject",
    b"List-Id",
    b"List-Help",
    b"Feedback-ID",
    b"X-Auto-Response-Suppress",
    b"Content-Language",
    b"Date",
    b"MIME-Version",
    b"Content-Type",
    b"To",
    b"Message-ID",
    b"List-Unsubscribe",
]
PDF = File(
    name="بلاغ موقع.pdf", media_type="application/pdf", content=b"%PDF-1.7\n\x00"
)
PHOTO = File(
    name="séance.png",
    media_type="image/png",
    content=b"\x89PNG",
    content_id="p1@m.test",
)


def page_of(mail):
    return mail.get_body(("html",)).get_content()


def plain_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def filled(text, personal):
    for mark, value in personal.items():
        text = text.replace(mark, value)
    return text


def test_a_french_mail_reads_back_as_it_was_written():
    mail = parsed(a_letter())
    assert mail["Subject"] == "Réunion à Fès"
    assert mail["From"] == "Ministère <presse@ministere.test>"
    assert mail["To"] == "Nadia Alami <n@presse.test>"
    assert mail["Message-ID"] == "<t1@ministere.test>"
    assert mail["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert mail["Content-Language"] == "fr"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert "Nadia Alami" in plain_of(mail)
    assert "Le ministère réunit les agences." in plain_of(mail)
    assert "<strong>réunit</strong>" in page_of(mail)
    assert "<bdi>Nadia Alami</bdi>" in page_of(mail)


def test_the_date_is_the_hour_of_the_dispatch_in_its_own_zone():
    assert parsed(a_letter(zone="Europe/Paris"))["Date"] == (
        "Tue, 24 Nov 2026 13:00:00 +0100"
    )
    assert parsed(a_letter(zone="Africa/Casablanca"))["Date"] == (
        "Tue, 24 Nov 2026 12:00:00 +0000"
    )


def test_an_arabic_mail_runs_from_right_to_left_in_every_block():
    mail = parsed(
        a_letter(
            Language.ARABIC,
            title="لقاء الوكالات الحضرية بالرباط " * 4,
            body="نص\n\n- بند\n\n| ا | ب |\n|---|---|\n| 1 | 2 |\n",
            given=office(web=PUBLIC),
        ),
        name="سعيد الإدريسي",
    )
    assert mail["Subject"] == ("لقاء الوكالات الحضرية بالرباط " * 4).strip()
    assert mail["To"].addresses[0].display_name == "سعيد الإدريسي"
    blocks = BeautifulSoup(page_of(mail), "lxml").find_all(
        ["html", "body", "table", "tr", "td", "th", "p", "h1", "ul", "li"]
    )
    assert len(blocks) > 20
    assert {(tag["lang"], tag["dir"]) for tag in blocks} == {("ar", "rtl")}
    assert {tag["align"] for tag in blocks if tag.name in {"p", "h1", "th"}} == {
        "right"
    }


def test_an_amazigh_release_stands_in_a_french_frame():
    page = BeautifulSoup(
        page_of(parsed(a_letter(Language.AMAZIGH, title="ⴰⵙⵉⵏⴰⴳ", body="ⴰⵎⴰⵣⵉⵖ"))),
        "lxml",
    )
    assert (page.html["lang"], page.h1["lang"]) == ("zgh", "zgh")
    assert page.find(class_="foot")["lang"] == "fr"


def test_markdown_is_cleaned_and_styles_are_inline():
    page = page_of(parsed(a_letter()))
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert 'style="' in page
    # What only a style sheet can say: dark screens and narrow ones.
    assert page.count("<style") == 1
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("language", list(Language))
def test_every_mail_says_how_to_receive_no_more(language):
    mail = parsed(a_letter(language))
    way = f"presse@ministere.test?subject=unsubscribe%20{UNSUBSCRIBE}"
    assert mail["List-Unsubscribe"] == f"<mailto:{way}>"
    assert mail["List-Unsubscribe-Post"] is None
    for part in mail.iter_parts():
        assert way in part.get_content()


@pytest.mark.parametrize(
    "box", [{"maildir": "/var/mail/returned"}, {"host": "imap.ministere.test"}]
)
def test_the_wish_to_receive_no_more_goes_where_returned_mail_is_read(box):
    organisation = {
        "from": "presse@ministere.test",
        "reply_to": "cellule@ministere.test",
        "return_path": "bounces@ministere.test",
    }
    read_by_us = office(organisation=organisation, bounces=box)
    read_by_a_person = office(organisation=organisation)
    for settings, to in ((read_by_us, "bounces"), (read_by_a_person, "cellule")):
        mail = parsed(a_letter(given=settings))
        assert (
            f"<mailto:{to}@ministere.test?subject=unsubscribe"
            in (mail["List-Unsubscribe"])
        )
        # Whoever asks for help wants a person.
        assert mail["List-Help"] == "<mailto:cellule@ministere.test?subject=help>"


def test_an_https_address_gives_the_links_too():
    mail = parsed(a_letter(given=office(web=PUBLIC)))
    link = f"https://presse.gov.test/u/{UNSUBSCRIBE}"
    preferences = LINKS.sign(Purpose.PREFERENCES, "t1")
    assert mail["List-Unsubscribe"].endswith(f", <{link}>")
    for said in (plain_of(mail), page_of(mail)):
        assert link in said
        assert f"https://presse.gov.test/p/{preferences}" in said


def test_an_open_address_never_carries_the_link_that_unsubscribes():
    mail = parsed(a_letter(given=office(web={"public_url": "http://presse.test"})))
    assert "http://" not in mail["List-Unsubscribe"]
    assert "http://presse.test/u/" not in plain_of(mail) + page_of(mail)


@pytest.mark.parametrize(
    ("public_url", "signs", "promised"),
    [
        ("https://presse.gov.test", True, "List-Unsubscribe=One-Click"),
        ("https://presse.gov.test", False, None),
        ("http://presse.gov.test", True, None),
        ("", True, None),
    ],
)
def test_one_click_is_promised_with_https_and_a_signature_only(
    public_url, signs, promised
):
    given = office(web={"public_url": public_url})
    assert parsed(a_letter(given=given, signs=signs))["List-Unsubscribe-Post"] == (
        promised
    )


def test_a_long_link_is_whole_on_the_wire():
    given = office(web={"public_url": "https://presse.gov.test/" + "bureau/" * 40})
    content = a_letter(given=given, signs=True).address(a_person()).content
    head = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    long = [line for line in head if b"/u/" in line]
    assert len(long) == 1
    assert long[0].strip().startswith(b"<https://")
    assert long[0].endswith(b">")
    assert b"=?" not in long[0]


def test_lists_and_returned_mail_find_their_way():
    mail = parsed(a_letter(list_name="Presse nationale"))
    assert mail["List-Id"] == "Presse nationale <list-1.ministere.test>"
    assert mail["List-Help"] == "<mailto:presse@ministere.test?subject=help>"
    assert mail["Feedback-ID"] == "7:communique:parution:ministere.test"
    assert mail["Precedence"] is None
    assert mail["Auto-Submitted"] is None


def test_only_what_a_machine_wrote_says_so():
    assert parsed(a_letter(automatic=True))["Auto-Submitted"] == "auto-generated"


def test_the_office_has_its_own_name_in_each_language():
    given = office(
        organisation={
            "name": "Ministère",
            "name_ar": "وزارة إعداد التراب الوطني",
            "from": "presse@ministere.test",
        }
    )
    letter = a_letter(language=Language.ARABIC, given=given)
    arabic = parsed(letter)
    # Decoded by hand: the new parser of Python 3.11 sets a space between encoded words.
    written = message_from_bytes(letter.address(a_person()).content)["From"]
    assert "وزارة إعداد التراب الوطني" in str(make_header(decode_header(written)))
    page = arabic.get_body(("html",)).get_content()
    assert "وزارة إعداد التراب الوطني" in page
    assert "Ministère" not in page
    french = parsed(a_letter(given=given))
    assert french["From"].addresses[0].display_name == "Ministère"


def test_answers_and_bounces_go_where_the_office_wants_them():
    given = office(
        organisation={
            "name": "Ministère",
            "from": "presse@ministère.test",
            "reply_to": "cellule@ministère.test",
            "return_path": "retours@ministère.test",
        }
    )
    message = a_letter(given=given).address(a_person())
    assert message.sender == "retours@xn--ministre-60a.test"
    mail = read(message.content)
    assert mail["From"].addresses[0].addr_spec == "presse@xn--ministre-60a.test"
    assert mail["Reply-To"] == "cellule@xn--ministre-60a.test"
    assert "mailto:cellule@xn--ministre-60a.test?" in mail["List-Unsubscribe"]


def test_a_return_path_may_name_the_delivery():
    given = office(bounces={"verp": True})
    signed = LINKS.sign(Purpose.BOUNCE, "t1")
    message = a_letter(given=given).address(a_person())
    assert message.sender == f"presse+{signed}@ministere.test"
    assert read(message.content)["From"].addresses[0].username == "presse"


def test_an_address_with_letters_of_its_own_is_written_in_utf_8():
    content = a_letter().address(a_person(address="نادية@presse.test")).content
    assert "<نادية@presse.test>".encode() in content


def test_a_second_attempt_is_the_same_message():
    assert a_letter().address(a_person()) == a_letter().address(a_person())


def test_the_digest_is_that_of_what_is_handed_over():
    letter = a_letter()
    message = letter.address(a_person())
    assert message.digest == hashlib.sha256(message.content).hexdigest()
    in_parts = letter.address(a_person(), wants_parts=True)
    assert in_parts.content == b""
    assert in_parts.digest == letter.address(a_person(), wants_parts=True).digest
    other = letter.address(a_person("Autre"), wants_parts=True)
    assert other.parts is in_parts.parts
    assert other.digest != in_parts.digest


def test_parts_and_mail_say_the_same():
    letter = a_letter(given=office(web=PUBLIC), signs=True, list_name="Été")
    mail = parsed(letter)
    message = letter.address(a_person(), wants_parts=True)
    assert all(mark.isascii() for mark in message.personal)
    said = [
        " ".join(filled(text, message.personal).split())
        for text in (message.parts.plain, message.parts.page)
    ]
    assert said == [" ".join(plain_of(mail).split()), " ".join(page_of(mail).split())]
    for name, value in {**message.parts.headers, **message.headers}.items():
        assert "\r" not in value + name
        assert "\n" not in value + name
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.headers["Message-ID"] == mail["Message-ID"]
    assert (message.parts.sender, message.name) == (
        "presse@ministere.test",
        "Nadia Alami",
    )
    assert {"From", "To", "Subject", "Content-Type"}.isdisjoint(message.parts.headers)


@given(
    body=st.text(max_size=400),
    name=st.text(max_size=60),
    language=st.sampled_from(list(Language)),
)
def test_a_spliced_mail_says_what_a_whole_rendering_says(body, name, language):
    """The spaces that fill a line are where nobody sees them."""
    given = office(web=PUBLIC)
    text = a_text(language, body=body, title="Titre")
    letter = compose(text, given, links=LINKS, signs=False)
    mail = parsed(letter, name=name)
    message = letter.address(a_person(name), wants_parts=True)
    values = dict.fromkeys(range(len(Mark)), "")
    for place, mark in letter.marks:
        values[place] = message.personal[mark]
    whole = render(text, given)
    plain, page = (part.get_payload(decode=True).decode() for part in mail.iter_parts())
    ordered = [values[place] for place in range(len(Mark))]
    assert [line.rstrip() for line in plain.split("\r\n")] == [
        line.rstrip() for line in rendered(whole.plain, ordered).split("\r\n")
    ]
    assert " ".join(page.split()) == " ".join(rendered(whole.page, ordered).split())


@given(st.text(max_size=300), st.text(max_size=120))
def test_no_line_end_from_data_ever_reaches_a_header(title, name):
    letter = a_letter(title=title or "x", body="Texte")
    content = letter.address(a_person(name)).content
    assert content.isascii()
    head = content.partition(b"\r\n\r\n")[0]
    names = [
        line.split(b":")[0]
        for line in head.split(b"\r\n")
        if not line.startswith((b" ", b"\t"))
    ]
    assert names == HEAD
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_names_that_try_to_forge_a_header_stay_names():
    mail = parsed(a_letter(), name='Nadia"\r\nBcc: x@evil.test\r\n\r\n<b>')
    assert mail["Bcc"] is None
    assert "<b>" not in page_of(mail)


def test_no_line_of_a_part_is_longer_than_76():
    content = a_letter().address(a_person(name="")).content
    body = content.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76


def test_files_travel_with_their_names_in_any_script():
    mail = parsed(a_letter(files=[PDF]))
    assert mail.get_content_type() == "multipart/mixed"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == PDF.name
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == PDF.content
    assert PDF.name in plain_of(mail)
    assert PDF.name in page_of(mail)


def test_a_file_too_large_is_named_in_the_text():
    mail = parsed(a_letter(left_behind=["dossier.pdf"]))
    assert "dossier.pdf" in plain_of(mail)
    assert "dossier.pdf" in page_of(mail)
    assert mail.get_content_type() == "multipart/alternative"


def test_a_picture_of_the_body_is_shown_from_the_mail_itself():
    picture = Picture(file=PHOTO, alternative="La séance")
    mail = parsed(
        a_letter(body="![](s%C3%A9ance.png)", pictures=[picture], files=[PDF])
    )
    shown = BeautifulSoup(page_of(mail), "lxml").find("img")
    assert (shown["src"], shown["alt"]) == ("cid:p1@m.test", "La séance")
    related = next(
        p for p in mail.walk() if p.get_content_type() == "multipart/related"
    )
    image = next(p for p in related.walk() if p.get_content_type() == "image/png")
    assert image["Content-ID"] == "<p1@m.test>"
    assert image.get_content_disposition() == "inline"
    files = (
        a_letter(pictures=[picture]).address(a_person(), wants_parts=True).parts.files
    )
    assert [file.content_id for file in files] == ["p1@m.test"]


def test_a_picture_from_elsewhere_leaves_its_words_only():
    mail = parsed(a_letter(body="![Le logo](https://suivi.test/p.gif)"))
    assert "suivi.test" not in page_of(mail) + plain_of(mail)
    assert "[Le logo]" in page_of(mail)
    assert "[Le logo]" in plain_of(mail)


def test_the_real_text_is_a_small_mail():
    body = (
        BODY + "Un paragraphe de communiqué, ni long ni court, comme il y en a. " * 200
    )
    content = a_letter(body=body, given=office(web=PUBLIC)).address(a_person()).content
    assert len(content) < 100_000
