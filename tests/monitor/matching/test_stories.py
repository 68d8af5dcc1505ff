"""Copies follow the earliest article they copy."""

from hypothesis import given
from hypothesis import strategies as st
from matching_makers import an_article

from monitor.matching.stories import group

STORY = (
    "Le conseil a adopté jeudi soir, après quatre heures de débat, un budget de quarante "
    "millions de dirhams pour la rénovation des deux marchés couverts de la vieille ville, "
    "dont le toit menace de céder depuis les pluies de l'hiver dernier."
)


def at(name, hour, body=STORY, day=18):
    return an_article(body, id=name, at=f"2025-03-{day:02}T{hour:02}:00:00+00:00")


def test_a_copy_follows_the_earliest_whatever_the_order_given():
    copies = [at("late", 12), at("first", 8), at("middle", 10, STORY + " Notre photo.")]
    assert group(copies) == {"first": "first", "middle": "first", "late": "first"}


def test_another_text_leads_its_own_story():
    other = (
        "La pluie a fait déborder l'oued et coupé la route du col pendant deux jours."
    )
    assert group([at("one", 8), at("two", 9, other)]) == {"one": "one", "two": "two"}


def test_an_excerpt_is_no_copy():
    excerpt = (
        STORY[:90] + " Les commerçants attendent de voir avant d'y croire vraiment."
    )
    assert group([at("one", 8), at("two", 9, excerpt)])["two"] == "two"


def test_the_same_text_weeks_later_is_another_story():
    assert group([at("one", 8, day=1), at("two", 8, day=20)])["two"] == "two"


@given(st.permutations(range(6)))
def test_groups_do_not_depend_on_the_order(order):
    articles = [at(f"a{n}", 8 + n, STORY * (1 + n % 2)) for n in range(6)]
    assert group([articles[n] for n in order]) == group(articles)
