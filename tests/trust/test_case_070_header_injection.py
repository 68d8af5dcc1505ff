"""Case 70: no field can forge a header, in a whole mail or in the parts of a provider."""

import re

import pytest
from good_letters import FIELDS, a_person, compose_with, read

ENDS = {
    "CR": "\r",
    "LF": "\n",
    "CRLF": "\r\n",
    "two": "\r\n\r\n",
    "folded": "\r\n\t",
    "NUL": "\0",
    "VT": "\x0b",
    "NEL": "\x85",
    "LS": "\u2028",
    "PS": "\u2029",
    "percent": "%0d%0a",
    "override": "\u202e\r\n",
    "encoded": "=?utf-8?q?=0D=0A?=",
    "quoted": '"\r\n',
    "angled": "> <evil@evil.test>\r\n",
}
ENDINGS = re.compile(r"[\r\n\0\x0b\x0c\x85\u2028\u2029\ud800-\udfff]")


def fields_of(content):
    head = content.partition(b"\r\n\r\n")[0].decode("utf-8")
    return [field.partition(":")[0] for field in re.split(r"\r\n(?![ \t])", head)]


HEAD = fields_of(compose_with().address(a_person()).content)


def attack(end):
    return f"Nadia{end}Bcc: evil@evil.test{end}{end}X-Own: <b>x</b>"


def is_pure(message):
    parts = message.parts
    said = [
        parts.sender,
        parts.sender_name,
        parts.reply_to,
        parts.subject,
        message.name,
        message.sender,
        *parts.headers,
        *parts.headers.values(),
        *message.headers,
        *message.headers.values(),
        *(file.name + file.media_type + file.content_id for file in parts.files),
    ]
    return not any(ENDINGS.search(one) for one in said)


def examine(letter, person):
    content = letter.address(person).content
    assert fields_of(content) == HEAD
    mail = read(content)
    assert mail["Bcc"] is None
    assert mail["X-Own"] is None
    assert len(mail["To"].addresses) == len(mail["From"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "n@presse.test"
    for part in mail.walk():
        assert part["Bcc"] is None
        assert part["X-Own"] is None
    assert mail.get_content_type() == "multipart/mixed"
    assert is_pure(letter.address(person, wants_parts=True))


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_a_release_or_of_the_office_forges_a_header(field, end):
    examine(compose_with(**{field: FIELDS[field] + attack(end)}), a_person())


@pytest.mark.parametrize("field", ["title", "list_name", "file_name"])
def test_half_a_sign_ends_no_header(field):
    """No database keeps one, but these fields reach a header."""
    examine(compose_with(**{field: FIELDS[field] + attack("\ud800")}), a_person())


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_name_of_a_contact_forges_a_header(end):
    examine(compose_with(), a_person(name=attack(end)))


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_address_of_a_contact_forges_a_header_or_adds_a_recipient(end):
    address = f"n@presse.test{end}Bcc: evil@evil.test"
    letter = compose_with()
    content = letter.address(a_person(address=address)).content
    assert fields_of(content) == HEAD
    assert read(content)["Bcc"] is None
    line = re.search(rb"^To: .*?(?=\r\n\S)", content, re.MULTILINE | re.DOTALL)[0]
    assert line.count(b"<") == 1
    assert b"," not in line
    # Handed on as it is, so that the channel refuses it instead of mailing another.
    assert letter.address(a_person(address=address)).recipient == address


def test_no_page_takes_markup_from_a_field():
    forged = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    for field in FIELDS:
        letter = compose_with(**{field: FIELDS[field] + forged})
        page = read(letter.address(a_person(name=forged)).content).get_body(("html",))
        said = page.get_content()
        assert "<img" not in said
        assert "<script" not in said
        in_parts = letter.address(a_person(name=forged), wants_parts=True)
        page_values = [
            value
            for mark, value in in_parts.personal.items()
            if mark in in_parts.parts.page
        ]
        assert not any("<img" in value or "<script" in value for value in page_values)
