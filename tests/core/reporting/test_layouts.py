import pytest

from core.reporting.layouts import spoken


@pytest.mark.parametrize(
    ("layout", "own", "languages"),
    [
        ("", "fr", ["fr"]),
        ("", "ar", ["ar"]),
        ("en", "ar", ["en"]),
        ("bilingual", "fr", ["fr", "ar"]),
        ("bilingual", "ar", ["ar", "fr"]),
        ("bilingual", "en", ["fr", "ar"]),
    ],
)
def test_the_office_s_own_language_comes_first(layout, own, languages):
    assert [one.language for one in spoken(layout, own)] == languages
