import email.policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.sending import headers

ANY = st.text(max_size=200)


def unfold(field, value):
    mail = BytesParser(policy=email.policy.default).parsebytes(
        f"{field}: {value}\r\n\r\n".encode()
    )
    assert list(mail.keys()) == [field]
    return mail[field]


def is_short(value, *, most=78):
    return all(len(line) <= most for line in value.split("\r\n"))


@pytest.mark.parametrize(
    "title",
    [
        "Réunion des agences urbaines",
        "لقاء الوكالات الحضرية بالرباط يوم الأربعاء خامس دجنبر " * 4,
        "ⵜⵉⵏⴰⵡⵜ ⵜⴰⵎⴰⵣⵉⵖⵜ " * 8,
        "A long English title " * 12,
        "x" * 400,
        "=?utf-8?b?QmNj?= is no word of ours",
        "Prix : 5 % « net »\u00a0: oui",
    ],
)
def test_a_subject_reads_back_on_short_lines(title):
    written = headers.subject(title)
    assert str(unfold("Subject", written)) == title.strip()
    assert is_short(f"Subject: {written}")


@given(ANY)
def test_encoded_words_are_whole_letters_and_at_most_75_signs(text):
    clean = headers.one_line(text)
    for word in headers.encoded(clean).split():
        assert len(word) <= 75
    if clean:
        assert str(unfold("Subject", headers.encoded(clean))).strip() == clean.strip()


@given(ANY)
def test_one_line_has_no_sign_that_ends_or_turns_it(text):
    line = headers.one_line(text)
    assert not set("\r\n\0\x0b\x0c\x85\u2028\u2029\u202e\u2066\ue000") & set(line)
    assert headers.one_line(line) == line


def test_letters_that_join_others_stay():
    assert (
        headers.one_line("می\u200cخواهم\u00a0: 👩\u200d💻")
        == "می\u200cخواهم\u00a0: 👩\u200d💻"
    )


@given(ANY)
def test_a_mailbox_is_one_recipient_whatever_the_name(name):
    written = headers.mailbox(name, "n@presse.test")
    (only,) = unfold("To", written).addresses
    assert only.addr_spec == "n@presse.test"
    assert is_short(f"To: {written}", most=998)


def test_a_name_with_signs_of_its_own_reads_back():
    for name in ('Nadia "N." Alami', "Alami, Nadia", "back\\slash", "نادية (العلمي)"):
        (only,) = unfold("To", headers.mailbox(name, "n@presse.test")).addresses
        assert only.display_name == name


@pytest.mark.parametrize(
    "forged",
    [
        "a@b.test>, <evil@x.test",
        "a@b.test,evil@x.test",
        "a@b.test\r\nBcc: evil@x.test",
        "a@b.test\u2028Bcc:evil@x.test",
    ],
)
def test_an_address_cannot_become_two(forged):
    written = headers.mailbox("", forged)
    assert "," not in written
    assert "\n" not in written


def test_a_foreign_domain_is_written_for_dns():
    assert headers.address("presse@الوزارة.المغرب").isascii()
    assert headers.domain("presse@ministère.test") == "xn--ministre-60a.test"


@pytest.mark.parametrize(
    "name",
    [
        "note.pdf",
        "Communiqué n° 112.pdf",
        "بلاغ صحفي حول لقاء الوكالات الحضرية بالرباط موقع ومختوم.pdf",
        "it's 100 %.pdf",
    ],
)
def test_a_file_name_reads_back_from_short_lines(name):
    written = headers.disposition("attachment", name)
    assert is_short(f"Content-Disposition: {written}")
    assert "=?" not in written
    assert unfold("Content-Disposition", written).params["filename"] == name


def test_a_file_name_has_no_path_and_hides_nothing():
    assert headers.file_name("../../etc/passwd") == "_.._etc_passwd"
    assert headers.file_name('a"\r\nX: y.pdf') == "a_ X_ y.pdf"
    assert headers.file_name("note\u202efdp.exe") == "note fdp.exe"
    assert headers.file_name("..") == "file"


def test_a_wrong_media_type_becomes_bytes():
    assert headers.media_type("application/pdf") == "application/pdf"
    assert headers.media_type("text/html\r\nX: y") == "application/octet-stream"
    assert headers.media_type("") == "application/octet-stream"
