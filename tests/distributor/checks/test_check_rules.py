"""Every check: it fires on its own fault, keeps quiet without it, and says so in words."""

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from checks_makers import GOOD, SEEDED

from core.i18n import words
from core.values import Language
from distributor.checks.base import Level
from distributor.sending import preflight

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"
LEVELS = {
    check: level
    for family in preflight.checks().values()
    for check, level in family.levels.items()
}


def test_every_check_has_a_seeded_fault():
    assert sorted(SEEDED) == sorted(LEVELS)


def test_a_release_without_a_fault_has_no_finding():
    assert preflight.findings(GOOD) == []


@pytest.mark.parametrize("check", sorted(SEEDED))
def test_a_check_fires_on_its_fault(check):
    found = [one for one in preflight.findings(SEEDED[check]) if one.check == check]
    assert found
    assert {one.level for one in found} == {LEVELS[check]}


@pytest.mark.parametrize("check", sorted(SEEDED))
def test_a_fault_raises_no_other_red_check(check):
    red = {
        one.check for one in preflight.findings(SEEDED[check]) if one.level is Level.RED
    }
    assert red - {check} == set()


@pytest.mark.parametrize("check", sorted(SEEDED))
@pytest.mark.parametrize(
    "language", [Language.FRENCH, Language.ARABIC, Language.ENGLISH]
)
def test_a_finding_is_whole_sentences_in_each_language(check, language):
    for one in preflight.findings(SEEDED[check]):
        what, mend = one.said(words(language))
        assert what
        assert mend
        assert "{" not in what.replace("{{", "") or check == "placeholder"
        fields = {name for _, name, _, _ in Formatter().parse(one.what) if name}
        assert fields <= set(one.values)
        assert one.what.endswith(".")
        assert one.mend.endswith(".")


@pytest.mark.parametrize("check", sorted(LEVELS))
def test_a_check_has_its_section_with_its_level(check):
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {check}\n")[1]
    assert section.lstrip().lower().startswith(f"{LEVELS[check]}:")


def test_no_check_is_documented_that_is_not_there():
    drawn = re.findall(r"^### (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(drawn) == sorted(LEVELS)


def test_a_family_is_named_after_its_file():
    for name, family in preflight.checks().items():
        stem = type(family).__module__.rsplit(".", 1)[1]
        assert name == stem.replace("_", "-")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "\n!",
        ".",
        "..... ",
        "[",
        "a@",
        "5 décembre ",
        "الساعة العاشرة و ",
        "+0",
        "1 ",
        "_",
    ],
)
def test_a_hostile_text_is_read_in_bounded_time(piece):
    # Patterns that looked back from every sign took minutes over these.
    text = piece * (60_000 // len(piece))
    case = replace(GOOD, versions=(replace(GOOD.versions[0], body=text),))
    preflight.findings(case)
