"""Print, radio and television, entered by a person."""

import pytest

from core.errors import BadInput
from core.models import Outlet
from core.zones import zone
from monitor.catalogue.by_hand import enter
from monitor.intake import claiming
from monitor.models import Article, Source

PRINT = {
    "medium": "print",
    "title": "Les agences urbaines à la une",
    "published": "2026-11-24",
    "page": "4",
    "summary": "Un résumé.",
}


@pytest.fixture
def typed(each_database, clock):
    def typed(outlet="Al Massae", **changes):
        given = {key: value for key, value in (PRINT | changes).items() if value}
        with each_database.write() as session:
            return enter(
                session,
                outlet,
                given,
                zone=zone("Africa/Casablanca"),
                now=clock.now(),
                stamp=clock.stamp(),
            ).id

    return typed


def test_a_page_of_print_is_an_article_of_its_outlet(typed, each_database, clock):
    with each_database.write() as session:
        session.add(Outlet(name="Al Massae", name_ar="المساء"))
    made = typed()
    with each_database.read() as session:
        row = session.get_one(Article, made)
        assert (row.outlet.name_ar, row.section) == ("المساء", "p. 4")
        assert (row.text_from, row.next_read_at) == ("hand", None)
        assert row.sift_at is not None
        source = session.query(Source).one()
        assert (source.kind, source.state) == ("manual", "ok")
    with each_database.write() as session:
        due = claiming.claim(
            session,
            now=clock.now(),
            stamp=clock.stamp(),
            token="t",
            limit=10,
            kinds=["feed", "manual"],
        )
    assert due == []


def test_the_same_again_is_the_same_and_another_is_another(typed):
    first = typed()
    assert typed() == first
    assert typed(title="Le budget est adopté", page="5") != first
    assert typed(outlet="Assabah") != first


def test_what_is_on_air_has_an_hour(typed):
    on_air = {"medium": "radio", "page": "", "time": "19:30", "programme": "Le journal"}
    assert typed(**on_air)
    with pytest.raises(BadInput, match="time"):
        typed(**on_air | {"time": ""})


def test_what_was_not_printed_yet_cannot_be_entered(typed):
    with pytest.raises(BadInput, match="lies ahead") as refused:
        typed(published="2031-01-02")
    assert refused.value.to == "published"


def test_a_whole_text_is_kept_under_a_licence_alone(typed, each_database):
    with pytest.raises(BadInput, match="content"):
        typed(content="Tout le texte.")
    made = typed(content="Tout le texte.", licence="yes")
    with each_database.read() as session:
        assert session.get_one(Article, made).full_text == "Tout le texte."


def test_an_outlet_needs_a_plain_name(typed):
    for name in ("", "  ", "A\u202eB"):
        with pytest.raises(BadInput, match="outlet, name"):
            typed(outlet=name)
