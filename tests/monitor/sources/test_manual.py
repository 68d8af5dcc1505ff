"""Entries by hand: print by page, radio and TV by hour; every mistake names its field."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import BadInput
from monitor.sources.base import Document, NotASource
from monitor.sources.manual import Kind, read
from monitor.states import Precision

DOCUMENT = Document(
    body=b"", url="https://a.test/print", zone=ZoneInfo("Africa/Casablanca")
)
PRINT = {
    "medium": "print",
    "title": "Les agences urbaines se réunissent",
    "published": "2018-12-06",
    "page": 4,
}
RADIO = {
    "medium": "radio",
    "title": "Le journal de la mi-journée",
    "published": "06/12/2018",
    "time": "13h05",
    "programme": "Le 13 heures",
}


def entry(given, **options):
    return read(given, DOCUMENT, options=options)


def test_a_page_of_print_is_an_entry():
    found = entry(PRINT)
    assert (found.title, found.section) == (
        "Les agences urbaines se réunissent",
        "p. 4",
    )
    assert found.published.precision is Precision.DAY
    assert found.url.startswith("https://a.test/print/print%202018-12-0")
    assert entry(PRINT).key == found.key
    assert entry(PRINT | {"page": 5}).key != found.key


def test_what_was_on_air_has_its_hour():
    found = entry(RADIO)
    assert found.section == "Le 13 heures 13h05"
    assert found.published.at == datetime(2018, 12, 6, 12, 5, tzinfo=UTC)
    assert found.published.precision is Precision.ZONE_ASSUMED


def test_the_whole_text_needs_a_licence():
    given = PRINT | {"content": "Un.\n\nDeux."}
    with pytest.raises(BadInput, match="licence"):
        entry(given)
    assert entry(given, licence=True).content == "Un.\n\nDeux."
    assert entry(given | {"licence": "oui"}).content == "Un.\n\nDeux."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"medium": "fax"}, "medium"),
        ({"title": " "}, "title"),
        ({"published": "bientôt"}, "published"),
        ({"published": None}, "published"),
        ({"time": "27:00"}, "time"),
        ({"page": "quatre"}, "page"),
        ({"page": 0}, "page"),
        ({"url": "javascript:x"}, "url"),
        ({"summary": ["x"]}, "summary"),
        ({"title": "t" * 501}, "title"),
        ({"colour": "red"}, "colour"),
        ({"medium": "tv"}, "page"),
        ({"medium": "tv", "page": None}, "time"),
    ],
    ids=lambda given: (
        given
        if isinstance(given, str)
        else "-".join(f"{k}={v}"[:20] for k, v in given.items())
    ),
)
def test_a_mistake_names_its_field(change, field):
    with pytest.raises(BadInput) as caught:
        entry(PRINT | change)
    assert caught.value.to == field
    assert caught.value.mend


def test_a_document_of_entries_is_read():
    body = json.dumps([PRINT, RADIO]).encode()
    found = Kind().quick(Document(body=body, url=DOCUMENT.url), options={})
    assert [one.title for one in found.entries] == [PRINT["title"], RADIO["title"]]
    for body in (b"", b"[" * 10_000, b'"x"', b"[1]", b'{"medium": "fax"}'):
        with pytest.raises(NotASource):
            Kind().quick(Document(body=body, url=DOCUMENT.url), options={})
