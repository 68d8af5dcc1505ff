"""A quick look misses no text and is told apart from a careful one."""

from extract_makers import PARAGRAPHS, TITLE, page

from monitor.extract import screen

URL = "https://www.courrier.test/a"


def test_a_quick_look_finds_title_text_and_language():
    found = screen(page(), url=URL)
    assert found is not None
    assert found.title == f"{TITLE} - Le Courrier"
    assert all(one in found.text for one in PARAGRAPHS)
    assert found.language == "fr"


def test_bytes_that_are_no_page_are_none():
    assert screen(b"%PDF-1.7 ...", url=URL) is None
    assert screen(b"", url=URL) is None


def test_a_page_nested_beyond_reason_is_not_walked():
    deep = b"<p>text</p>" + b"<div>" * 5_000 + b"text"
    assert screen(deep, url=URL) is None
