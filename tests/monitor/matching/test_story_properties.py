"""What holds for stories whatever the texts and their order.

Two texts meet or not whichever comes first. Of three or more, who leads is decided by the
order in which they come, and a text joins a leader only when it is a copy of that one: so
another order may part what was together, and never puts together what is not alike.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.stories import Kinship, StoryIndex, alike, group, runs
from monitor.matching.values import ArticleText

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = [f"mot{one}{two}" for one in "abcdefgh" for two in "ijklmnop"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=12, max_size=60).map(" ".join)


@st.composite
def edited(draw):
    """A text and what became of it: some words changed, its end cut or lengthened."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=20, max_size=60))
    other = list(words)
    for _ in range(draw(st.integers(0, 6))):
        other[draw(st.integers(0, len(other) - 1))] = draw(st.sampled_from(WORDS))
    other = other[: draw(st.integers(10, len(other)))]
    return " ".join(words), " ".join(other)


def nearest(first, second):
    """How the second stands to the first once that leads a story."""
    kept = {1: runs(first)}
    index = StoryIndex(lambda leaders: {one: kept[one] for one in leaders})
    index.add(1, kept[1], at=NOW)
    return index.nearest(runs(second), at=NOW)


@given(edited())
def test_two_texts_meet_whichever_comes_first(pair):
    one, other = pair
    there, back = nearest(one, other), nearest(other, one)
    assert (there and there.kinship) == (back and back.kinship)
    assert alike(runs(one), runs(other)) == alike(runs(other), runs(one))


@given(edited())
def test_copies_of_a_brief_meet_however_short(pair):
    one, other = map(runs, pair)
    found = nearest(*pair)
    is_copy = found is not None and found.kinship is Kinship.COPY
    assert is_copy == (alike(one, other) >= 0.47)


@given(TEXTS)
def test_a_text_is_wholly_like_itself(text):
    assert alike(runs(text), runs(text)) == 1.0


@given(st.lists(TEXTS, max_size=8))
def test_each_article_follows_one_that_leads_itself(texts):
    articles = [
        ArticleText(
            id=f"a{number}",
            title="",
            body=text,
            published_at=NOW + timedelta(hours=number),
        )
        for number, text in enumerate(texts)
    ]
    found = group(articles)
    assert found.keys() == {one.id for one in articles}
    assert all(found[leader] == leader for leader in found.values())
    bodies = {one.id: one.body for one in articles}
    for follower, leader in found.items():
        if follower != leader:
            assert alike(runs(bodies[follower]), runs(bodies[leader])) >= 0.47


@given(st.lists(edited(), min_size=1, max_size=4))
def test_an_article_is_never_its_own_copy(pairs):
    """Its text leads at most one story, and is the copy of none that came later."""
    articles = [
        ArticleText(id=f"{number}{side}", title="", body=text, published_at=NOW)
        for number, pair in enumerate(pairs)
        for side, text in zip("ab", pair, strict=True)
    ]
    found = group(articles)
    for leader in set(found.values()):
        assert min(one for one in found if found[one] == leader) == leader


def test_a_copy_a_fortnight_later_begins_a_story_of_its_own():
    text = " ".join(WORDS[:40])
    kept = {1: runs(text)}
    index = StoryIndex(lambda leaders: {one: kept[one] for one in leaders})
    index.add(1, kept[1], at=NOW)
    assert index.nearest(kept[1], at=NOW + timedelta(days=6)).kinship is Kinship.COPY
    assert index.nearest(kept[1], at=NOW + timedelta(days=14)) is None


def test_the_index_lets_old_leaders_go():
    kept = {number: runs(" ".join(WORDS[number : number + 20])) for number in range(40)}
    index = StoryIndex(lambda leaders: {one: kept[one] for one in leaders})
    for number, held in kept.items():
        index.add(number, held, at=NOW + timedelta(days=number))
    assert len(index) <= 17
