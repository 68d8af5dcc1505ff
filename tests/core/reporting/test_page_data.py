from laid_out import ARABIC, FRENCH, a_document, a_grid, an_entry

from core.reporting.document import Column, Grid, Heading, Paragraph, Points, Run
from core.reporting.pages import page_data


def blocks(*given, spoken="fr"):
    return page_data(a_document(*given, spoken=spoken)).document["blocks"]


def runs(*given, language=None):
    return blocks(Paragraph(runs=given, language=language))[0]["runs"]


def test_levels_of_headings_never_jump():
    found = blocks(
        *(Heading(level=level, runs=[Run(text="x")]) for level in (3, 1, 3, 3, 2))
    )
    assert [one["level"] for one in found] == [1, 1, 2, 3, 2]


def test_a_link_leads_to_a_place_that_is_there():
    found = blocks(
        an_entry(1),
        Paragraph(runs=[Run(text="a", href="#line-1"), Run(text="b", href="#line-9")]),
    )[1]["runs"]
    assert found[0]["place"] == "line-1"
    assert "place" not in found[1]


def test_only_web_addresses_are_linked():
    found = runs(
        Run(text="a", href="https://media.test/x"),
        Run(text="b", href="javascript:alert(1)"),
        Run(text="c", href="file:///etc/passwd"),
        Run(text="d", href="https://user:word@media.test/"),
        Run(text="e", href="/articles/3"),
    )
    assert [one.get("address") for one in found] == [
        "https://media.test/x",
        None,
        None,
        None,
        None,
    ]


def test_a_place_that_two_have_belongs_to_the_first():
    found = blocks(an_entry(1), an_entry(1))
    assert [one["anchor"] for one in found] == ["line-1", ""]


def test_runs_of_two_scripts_are_isolated_and_the_dot_between_them_is_not():
    found = runs(
        Run(text="Médias24"), Run(text=" · "), Run(text="صدى", language=ARABIC)
    )
    assert [one["text"] for one in found] == [
        "\u2066Médias24\u2069",
        " · ",
        "\u2067صدى\u2069",
    ]


def test_a_paragraph_of_one_run_needs_no_isolating():
    assert runs(Run(text="Médias24"))[0]["text"] == "Médias24"
    assert runs(Run(text="صدى"), language=ARABIC)[0] == {
        "text": "صدى",
        "lang": "ar",
        "strong": False,
    }


def test_a_name_in_a_table_whose_script_nobody_told_keeps_its_order():
    cell = blocks(a_grid(("هسبريس 24/7", None, "1")))[0]["rows"][0][0]
    assert cell["runs"][0]["text"] == "\u2068هسبريس 24/7\u2069"


def test_points_of_two_directions_are_two_lists_and_one_count():
    items = [
        Paragraph(runs=[Run(text="x")], language=language)
        for language in (FRENCH, FRENCH, ARABIC, FRENCH)
    ]
    found = blocks(Points(items=items, ordered=True))
    assert [(one["dir"], one["start"]) for one in found] == [
        ("ltr", 1),
        ("rtl", 3),
        ("ltr", 4),
    ]


def test_what_says_nothing_is_left_out():
    assert blocks(Heading(level=1, runs=[]), Paragraph(runs=[Run(text="")])) == []


def test_a_short_entry_does_not_break_and_a_long_one_may():
    short, long = blocks(an_entry(1), an_entry(2, excerpt="mot " * 500))
    assert not short["may_break"]
    assert long["may_break"]


def test_an_entry_stays_with_the_words_it_took_while_these_are_few():
    few = a_grid(("Une phrase.", FRENCH, "Une phrase."))
    many = a_grid(*[("mot " * 40, FRENCH, "mot " * 40)] * 9)
    short, long = blocks(an_entry(1, quotes=few), an_entry(2, quotes=many))
    assert not short["may_break"]
    assert long["may_break"]


def test_a_moment_in_arabic_stays_on_one_line():
    moment = "24\u200f/11\u200f/2026، 07:30"
    grid = a_grid((moment, None, "1"), *[("x", None, "2")] * 30)
    assert blocks(grid)[0]["columns"][0]["weight"] >= 18


def wide(*names, rows):
    return Grid(
        columns=[Column(name=[Run(text=name)]) for name in names],
        rows=[[Paragraph(runs=[Run(text=text)]) for text in row] for row in rows],
    )


def signs(found):
    """Of each column, the signs that a line of it has."""
    line = 104 if found["small"] else 88
    weights = [one["weight"] for one in found["columns"]]
    return [weight * line / max(sum(weights), line) for weight in weights]


def test_a_column_is_wide_enough_for_its_name_beside_long_texts():
    names = ("Titre", "Ce qui est inexact", "Ce qui est exact", "Rectification")
    long = "Une phrase que le titre a publiée et qui est inexacte."
    found = blocks(wide(*names, "Demandée le", rows=[["Revue", long, long, "", ""]]))[0]
    assert found["small"]
    longest = [max(map(len, name.split())) for name in names]
    assert [
        width > word for width, word in zip(signs(found)[:4], longest, strict=True)
    ] == [True] * 4


def test_a_table_that_fits_keeps_its_print_and_the_room_its_texts_like():
    found = blocks(wide("Titre", "Langue", rows=[["Un nom de média assez long", "fr"]]))
    assert not found[0]["small"]
    assert signs(found[0])[0] == len("Un nom de média assez long")
