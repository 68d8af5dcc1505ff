"""Whether an article changed, and how its change is read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.intake import versions
from monitor.intake.versions import Part

SEEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
TEXT = " ".join(f"Phrase numéro {number} de l'article." for number in range(40))


@pytest.mark.parametrize(
    ("after", "hours"),
    [(0, 1), (1, 6), (5, 6), (6, 24), (24, 7 * 24), (7 * 24, None)],
)
def test_a_covered_article_is_read_again_at_four_hours(after, hours):
    found = versions.next_reread(SEEN, now=SEEN + timedelta(hours=after))
    assert found == (None if hours is None else SEEN + timedelta(hours=hours))


def test_other_signs_and_spaces_are_no_change():
    assert versions.changed_share("L'eau, «bien».", "L’eau  bien") == 0


def test_a_counter_in_the_page_is_no_edit():
    share = versions.changed_share(f"{TEXT} 1205 vues", f"{TEXT} 1206 vues")
    assert 0 < share < 0.02
    assert not versions.is_edit(
        title_before="Un titre", title_after="Un titre", share=share
    )


def test_another_title_or_a_new_paragraph_is_an_edit():
    assert versions.is_edit(
        title_before="Un titre", title_after="Un autre titre", share=0
    )
    share = versions.changed_share(TEXT, f"{TEXT} " + "Ajout de la rédaction. " * 10)
    assert versions.is_edit(
        title_before="Un titre", title_after="Un titre", share=share
    )


def test_a_diff_shows_what_went_and_what_came():
    found = versions.diff(
        "Le ministre a reçu 12 directeurs mardi.",
        "Le ministre a reçu 30 directeurs mardi soir.",
    )
    assert [(one.part, one.text) for one in found] == [
        (Part.KEPT, "Le ministre a reçu "),
        (Part.REMOVED, "12 "),
        (Part.ADDED, "30 "),
        (Part.KEPT, "directeurs "),
        (Part.REMOVED, "mardi."),
        (Part.ADDED, "mardi soir."),
    ]


texts = st.lists(
    st.sampled_from(["un", "deux", "trois", "المدينة", "\n\n"]), max_size=30
).map(" ".join)


@given(texts, texts)
def test_a_diff_holds_both_versions_whole(before, after):
    found = versions.diff(before, after)
    new = "".join(one.text for one in found if one.part is not Part.REMOVED)
    old = " ".join(one.text for one in found if one.part is not Part.ADDED)
    assert new.split() == after.split()
    assert old.split() == before.split()
    if after == after.lstrip():
        assert new == after


@given(texts, texts)
def test_a_change_is_a_share_and_nothing_changes_into_itself(before, after):
    assert 0 <= versions.changed_share(before, after) <= 1
    assert versions.changed_share(before, before) == 0


def test_a_sentence_that_was_rewritten_is_read_as_a_whole():
    found = versions.diff(
        "Hier. Les maîtres du secteur attendent une réduction des délais. Fin.",
        "Hier. La ministre a parlé du Sud et une rumeur tombe. Fin.",
    )
    assert [(one.part, one.text.strip()) for one in found] == [
        ("kept", "Hier."),
        ("removed", "Les maîtres du secteur attendent une réduction des délais."),
        ("added", "La ministre a parlé du Sud et une rumeur tombe."),
        ("kept", "Fin."),
    ]
