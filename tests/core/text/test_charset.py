"""Charsets by evidence: French and Arabic in each charset under each label come out right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.charset import codec, decode

FRENCH = (
    "Rabat, le 5 décembre 2018. Le ministère de l'Aménagement du territoire réunit les "
    "agences urbaines : où en est-on ? L'urbanisme évolue, la cohérence s'améliore, "
    "à côté des élus. Le coût n'a pas été précisé ; les maîtres d'œuvre s'inquiètent."
)
PLAIN_FRENCH = FRENCH.replace("œ", "oe")
ARABIC = (
    "الرباط، 5 دجنبر 2018. تنظم وزارة إعداد التراب الوطني والتعمير لقاء الوكالات الحضرية "
    "بمشاركة المنتخبين والمهنيين. وأكد الوزير أن اللقاء فرصة لتبادل الرأي حول التخطيط."
)
PLAIN_ARABIC = ARABIC.replace("،", ",")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
REAL = [
    *((FRENCH, name) for name in (*UNICODE, "windows-1252", "iso-8859-15")),
    (PLAIN_FRENCH, "iso-8859-1"),
    (FRENCH.replace("'", "’") + " 5 €", "windows-1252"),
    *((ARABIC, name) for name in (*UNICODE, "windows-1256")),
    (PLAIN_ARABIC, "iso-8859-6"),
]
LABELS = (
    "",
    "utf-8",
    "utf-16",
    "windows-1256",
    "iso-8859-6",
    "windows-1252",
    "ISO-8859-1",
    "iso-8859-15",
    "x-unheard-of",
)
MARKUP = '<rss version="2.0"><channel><title>{}</title></channel></rss>'


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("text", "real"), REAL)
@pytest.mark.parametrize("where", ["header", "xml", "html"])
def test_the_text_is_right_whatever_is_declared(text, real, label, where):
    document = MARKUP.format(text)
    if where == "xml" and label:
        document = f'<?xml version="1.0" encoding="{label}"?>\n{document}'
    if where == "html" and label:
        document = (
            f'<html><head><meta http-equiv="Content-Type" '
            f'content="text/html; charset={label}"></head>{document}'
        )
    found = decode(document.encode(real), declared=label if where == "header" else "")
    if "’" in text and label == "iso-8859-15":
        assert "’" in found.text
    assert found.text == document, (found.charset, found.evidence)


@pytest.mark.parametrize("real", ["windows-1252", "iso-8859-15"])
@pytest.mark.parametrize("label", ["", "utf-8", "windows-1256"])
def test_a_source_known_to_write_french_needs_no_guess(real, label):
    found = decode(FRENCH.encode(real), declared=label, languages=("fr",))
    assert (found.text, found.evidence) == (FRENCH, "script")


@pytest.mark.parametrize("text", [FRENCH, ARABIC])
@pytest.mark.parametrize("label", ["utf-8", "windows-1256", "iso-8859-1"])
def test_utf_8_with_a_few_broken_bytes_stays_utf_8(text, label):
    whole = text.encode()
    broken = whole[:40] + b"\xe9\xff" + whole[40:] + "é".encode()[:1]
    found = decode(broken, declared=label)
    assert found.charset == "utf-8"
    assert text[60:] in found.text
    assert "\ufffd" in found.text


@given(
    st.text(min_size=1).filter(lambda text: "\0" not in text and text[0] != "\ufeff")
)
def test_what_was_written_in_utf_8_is_read_as_that(text):
    for label in LABELS:
        assert decode(text.encode(), declared=label).text == text


@given(st.text().filter(lambda text: not text.startswith("\0")))
def test_a_mark_decides(text):
    assert decode(text.encode("utf-16"), declared="windows-1256").text == text
    assert decode(text.encode("utf-8-sig"), declared="windows-1256").text == text
    assert decode(text.encode("utf-32"), declared="utf-8").text == text


@given(st.binary(max_size=400), st.sampled_from(LABELS))
def test_any_bytes_become_text(body, label):
    assert isinstance(decode(body, declared=label).text, str)


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("Совещание министров состоялось в столице в среду утром", "windows-1251"),
        ("Η συνάντηση των υπουργών πραγματοποιήθηκε στην Αθήνα", "iso-8859-7"),
        ("東京で閣僚会議が開かれました。", "shift_jis"),
        ("部长会议在北京举行，讨论城市规划。", "gb2312"),
        ("İstanbul'da şehir planlama toplantısı yapıldı", "windows-1254"),
    ],
)
def test_a_true_label_of_another_script_is_believed(text, real):
    assert decode(text.encode(real), declared=real).text == text


def test_labels_are_read_as_browsers_read_them():
    assert codec(" ISO-8859-1 ") == "cp1252"
    assert codec('"latin1"') == "cp1252"
    assert codec("gb2312") == "gb18030"
    for name in ("idna", "zip", "unicode_escape", "utf-7", "punycode", "base64", ""):
        assert codec(name) == ""


def test_a_label_far_down_or_never_closed_costs_nothing():
    hostile = b"<?xml " + b" " * 100_000 + b"<meta " * 50_000 + b"\xe9"
    assert decode(hostile).text.endswith("é")
