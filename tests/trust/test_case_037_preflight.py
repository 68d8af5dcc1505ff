"""Case 37: each pre-flight rule fires on its fault and stays quiet on 200 good releases."""

from dataclasses import replace

import pytest
from good_releases import good

from distributor.checks.base import Level
from distributor.sending import preflight

CASES = [good(number) for number in range(200)]


@pytest.mark.parametrize("number", range(200))
def test_a_good_release_raises_no_finding(number):
    found = preflight.findings(CASES[number])
    assert [(one.check, one.to, dict(one.values)) for one in found] == []


def _seeded(case, old, new):
    """*case* with *new* for *old* in its first version that has it; None when none has."""
    for place, version in enumerate(case.versions):
        if old in version.body:
            changed = replace(version, body=version.body.replace(old, new, 1))
            versions = [*case.versions[:place], changed, *case.versions[place + 1 :]]
            return replace(case, versions=tuple(versions))
    return None


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [
        ("placeholder", "Contact", "TODO Contact"),
        ("placeholder", "Le Ministère", "Le [nom]"),
        ("private-link", "https://www.muat.gov.ma", "http://intranet.local"),
        ("broken-link", "(salle.jpg)", "(autre.jpg)"),
        (
            "embargo-not-set",
            "Le Ministère tient",
            "Embargo : demain. Le Ministère tient",
        ),
        ("versions-hour", "à 10h30", "à 9h30"),
        ("versions-number", "n° 66-12", "n° 66-97"),
    ],
)
def test_the_same_release_with_a_fault_is_blocked(check, old, new):
    caught = 0
    for case in CASES:
        if check == "embargo-not-set" and case.embargo_at:
            continue
        bad = _seeded(case, old, new)
        if bad is None:
            continue
        red = {one.check for one in preflight.findings(bad) if one.level is Level.RED}
        assert red == {check}
        caught += 1
    assert caught
