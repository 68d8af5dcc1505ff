"""What holds for attribution whatever the texts: unrelated releases change nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from matching_makers import an_article, every_release

from monitor.detect import read_articles, read_releases
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.values import ReleaseText, VersionText

GOLD = Path(__file__).parents[2] / "data" / "gold"
RELEASES = read_releases(GOLD / "releases.jsonl")
ARTICLES = list(read_articles(GOLD / "articles.jsonl"))
# Words of no text here, and of no glossary.
FOREIGN = [
    f"{one}{two}" for one in ("zyx", "qwo", "kju") for two in ("vaq", "pif", "xol")
]


@st.composite
def unrelated_releases(draw):
    sentence = st.lists(st.sampled_from(FOREIGN), min_size=1, max_size=12).map(" ".join)
    sent = datetime(2018, 11, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 500)))
    return ReleaseText(
        id="unrelated",
        issuer="zyxvaq",
        published_at=sent,
        versions={
            language: VersionText(
                language=language,
                title=draw(sentence),
                paragraphs=tuple(draw(st.lists(sentence, min_size=1, max_size=4))),
            )
            for language in draw(
                st.lists(st.sampled_from(["fr", "ar", "en"]), min_size=1, unique=True)
            )
        },
    )


@settings(max_examples=25, deadline=None)
@given(unrelated_releases(), st.sampled_from(ARTICLES))
def test_an_unrelated_release_changes_nothing(release, article):
    alone = attribute(article, ReleaseIndex(RELEASES))
    assert attribute(article, ReleaseIndex([*RELEASES, release])) == alone
    assert attribute(article, ReleaseIndex([release, *RELEASES])) == alone


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_can_be_attributed_twice_alike(body, title):
    article = an_article(body, title=title)
    index = ReleaseIndex(every_release())
    assert attribute(article, index) == attribute(article, index)


@given(st.permutations(RELEASES), st.sampled_from(ARTICLES))
@settings(max_examples=15, deadline=None)
def test_the_order_of_releases_changes_nothing(releases, article):
    assert attribute(article, ReleaseIndex(releases)) == attribute(
        article, ReleaseIndex(RELEASES)
    )


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ARTICLES))
def test_every_part_of_a_proposal_is_in_its_bounds(article):
    for one in attribute(article, ReleaseIndex(RELEASES), with_unrelated=True):
        assert 0.0 <= one.score <= 1.0
        assert all(0.0 <= value <= 1.0 for value in one.signs.values())
        assert all(
            0 <= part.start < part.end <= len(article.body) for part in one.passages
        )
        assert bool(one.passages) <= one.label.covers
        assert one.reasons
