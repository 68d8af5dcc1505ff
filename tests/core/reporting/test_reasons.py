"""Why an article counts, as a reader reads it."""

import pytest

from core.i18n import words
from core.reporting.reasons import in_words
from core.values import Language


def said(language, **reason):
    plain = in_words(reason, words(Language(language)))
    return plain.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("0", "appeared on the day of the release"),
        ("1", "appeared 1 day after the release"),
        ("2", "appeared 2 days after the release"),
    ],
)
def test_how_long_after_is_said_in_the_number_it_has(days, told):
    assert said("en", code="in-time", days=days) == told


def test_days_are_named_as_they_are_read():
    kept = {"code": "names-day", "days": "2018-12-05, 2018-12-06"}
    assert "5 December 2018, 6 December 2018" in said("en", **kept)
    assert "5 décembre 2018, 6 décembre 2018" in said("fr", **kept)
    assert "5 دجنبر 2018" in said("ar", **kept)
