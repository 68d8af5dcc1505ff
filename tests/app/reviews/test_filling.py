"""Where an article stands in the review."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.reviews.filling import Found, fill
from app.reviews.plan import DEFAULT, Arrangement, Plan, Section
from core.reporting.report import Line
from core.values import Language

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
PLAN = DEFAULT.with_watches(["habitat", "ministre"])


def found(number=1, *, language=Language.FRENCH, minutes=0, **facts):
    line = Line(
        outlet=f"Titre {number}",
        title=f"Article {number}",
        language=language,
        url="https://a.test/1",
        articles=(number,),
    )
    return Found(
        line=line,
        appeared_at=AT + timedelta(minutes=minutes),
        **({"is_late": False} | facts),
    )


def keys(*some, plan=PLAN):
    return [section.key for section in fill(some, plan)]


def test_coverage_of_a_release_stands_with_the_releases():
    (section,) = fill([found(release="112/2026", watches=["habitat"])], PLAN)
    assert (section.key, section.title) == ("releases", "112/2026")


def test_what_a_watch_selected_stands_under_it_by_name():
    (section,) = fill([found(watches=["ministre"])], PLAN)
    assert (section.key, section.title) == ("watch:ministre", "ministre")


def test_an_article_of_two_watches_stands_under_the_first_of_the_plan():
    assert keys(found(watches=["ministre", "habitat"])) == ["watch:habitat"]


def test_what_was_seen_late_is_caught_up():
    assert keys(found(is_late=True, release="112/2026")) == ["catching-up"]


def test_regional_and_foreign_outlets_have_their_sections():
    assert keys(found(watches=["habitat"], kind="regional")) == ["regions"]
    assert keys(found(watches=["habitat"], region="Souss-Massa")) == ["regions"]
    assert keys(found(watches=["habitat"], region="FR")) == ["international"]
    assert keys(found(watches=["habitat"], region="MA")) == ["watch:habitat"]


def test_a_section_that_is_off_leaves_its_articles_to_the_next_that_fits():
    order = [section.key for section in PLAN.sections]
    plan = PLAN.ordered(order, ["regions"])
    assert keys(found(watches=["habitat"], kind="regional"), plan=plan) == [
        "watch:habitat"
    ]
    nothing = PLAN.ordered(order, order)
    assert keys(found(watches=["habitat"]), plan=nothing) == ["others"]


def test_sections_follow_the_plan():
    order = [section.key for section in PLAN.sections]
    moved = PLAN.ordered(list(reversed(order)), [])
    some = [found(1, release="1/2026"), found(2, watches=["habitat"])]
    assert keys(*some) == ["releases", "watch:habitat"]
    assert keys(*some, plan=moved) == ["watch:habitat", "releases"]


def test_agencies_come_before_dailies_and_arabic_before_french():
    some = [
        found(1, kind="online", watches=["habitat"]),
        found(2, kind="daily", watches=["habitat"]),
        found(3, kind="daily", language=Language.ARABIC, watches=["habitat"]),
        found(4, kind="agency", watches=["habitat"]),
    ]
    (section,) = fill(some, PLAN)
    assert [line.articles[0] for line in section.lines] == [4, 3, 2, 1]


def test_language_first_makes_one_section_for_each_language():
    plan = Plan(sections=PLAN.sections, arrangement=Arrangement.LANGUAGE_FIRST)
    some = [
        found(1, watches=["habitat"]),
        found(2, watches=["ministre"], language=Language.ARABIC),
        found(3, watches=["ministre"]),
    ]
    assert keys(*some, plan=plan) == ["language-ar", "language-fr"]


facts = st.fixed_dictionaries(
    {
        "is_late": st.booleans(),
        "release": st.sampled_from(["", "1/2026", "2/2026"]),
        "watches": st.lists(st.sampled_from(["habitat", "ministre"]), unique=True),
        "kind": st.sampled_from(["", "agency", "daily", "regional"]),
        "region": st.sampled_from(["", "FR", "Souss-Massa"]),
        "language": st.sampled_from([*Language, None]),
    }
)


@given(st.lists(facts, max_size=12), st.sampled_from(Arrangement))
def test_every_article_stands_once_and_has_its_own_number(some, arrangement):
    plan = Plan(sections=PLAN.sections, arrangement=arrangement)
    sections = fill([found(n, **one) for n, one in enumerate(some)], plan)
    lines = [line for section in sections for line in section.lines]
    assert sorted(line.articles[0] for line in lines) == list(range(len(some)))
    assert [line.reference for line in lines] == list(range(1, len(some) + 1))


def test_a_watch_that_is_gone_leaves_the_plan_and_a_new_one_joins_the_others():
    plan = PLAN.with_watches(["ministre", "presse"])
    watches = [section.watch for section in plan.sections if section.watch]
    assert watches == ["ministre", "presse"]
    assert Plan.from_row(plan.row()) == plan
    assert Section(key="releases").watch == ""
