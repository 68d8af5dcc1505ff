"""A by-line is read into people; agencies, desks and outlets are no people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.bylines import read

HERE = ["Le 360", "لو 360"]


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Par Nadia El Amrani avec MAP", ["Nadia El Amrani"]),
        ("N. El Amrani", ["N. El Amrani"]),
        ("NADIA EL AMRANI (à Fès)", ["NADIA EL AMRANI"]),
        ("Nadia El Amrani et Youssef Bennani", ["Nadia El Amrani", "Youssef Bennani"]),
        (
            "By Nadia El Amrani and Youssef Bennani",
            ["Nadia El Amrani", "Youssef Bennani"],
        ),
        ("هند العلوي", ["هند العلوي"]),
        ("الرباط: هند العلوي/ و م ع", ["هند العلوي"]),
        ("هند العلوي ويوسف بناني", ["هند العلوي", "يوسف بناني"]),
        ("هند العلوي و يوسف بناني", ["هند العلوي", "يوسف بناني"]),
        ("وفاء السعيدي", ["وفاء السعيدي"]),
        ("هند وفاء السعيدي", ["هند وفاء السعيدي"]),
        ("بقلم: نادية العمراني", ["نادية العمراني"]),
        ("مراسلة فاس هند العلوي", ["هند العلوي"]),
        ("De notre correspondant à Tanger, Saïd M'hamdi", ["Saïd M'hamdi"]),
        ("Nadia El Amrani, journaliste à Le360", ["Nadia El Amrani"]),
        ("Nadia El Amrani | 3 mai 2026", ["Nadia El Amrani"]),
        (
            "Nadia El Amrani &amp; Youssef Bennani",
            ["Nadia El Amrani", "Youssef Bennani"],
        ),
        ("Jean de La Tour", ["Jean de La Tour"]),
        ("Kacem Slimane", ["Kacem Slimane"]),
        ("Zakaria", ["Zakaria"]),
    ],
)
def test_people_are_read_as_they_are_printed(line, people):
    assert list(read(line, HERE).people) == people


@pytest.mark.parametrize(
    "line",
    [
        "La rédaction",
        "Rédaction Le360",
        "MAP",
        "MAP - Fès",
        "Le360 (avec AFP)",
        "LE 360",
        "لو 360",
        "Agence France Presse",
        "Reuters, AP",
        "و.م.ع",
        "هيئة التحرير",
        "هسبريس - وكالات",
        "Rabat",
        "الرباط",
        "contact@le360.ma",
        "https://le360.ma/auteur",
        "12 mai 2026",
        "<script>alert(1)</script>",
        "et et et",
        "",
    ],
)
def test_agencies_desks_outlets_and_places_are_no_people(line):
    assert read(line, [*HERE, "هسبريس"]).people == ()


def test_who_signs_and_is_nobody_is_told():
    signed = read("Par Nadia El Amrani avec MAP, Le360", HERE)
    assert signed.nobody == ("MAP", "Le360")


def test_marks_of_direction_and_control_signs_are_not_part_of_a_name():
    assert read("\u202eهند\u200f العلوي\u202c\x00").people == ("هند العلوي",)


def test_what_is_too_long_for_a_line_is_cut():
    signed = read("Nadia Alami, " * 10_000)
    assert signed.people == ("Nadia Alami",)
    assert max(map(len, read("x" * 10_000).people)) <= 120


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_read_and_read_alike_twice(line, outlets):
    signed = read(line, outlets)
    assert signed == read(line, outlets)
    assert all(one.strip() for one in signed.people)


@given(st.lists(st.sampled_from(["MAP", "AFP", "La rédaction", "Le360", "Reuters"])))
def test_lines_of_agencies_and_desks_alone_never_name_a_person(pieces):
    assert read(" / ".join(pieces), HERE).people == ()
