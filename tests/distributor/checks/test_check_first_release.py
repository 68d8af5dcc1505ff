"""The ministry's own communiqué of 5 December 2018 has exactly the faults it has."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from checks_makers import GOOD, ZONE

from core.values import ReleaseKind
from distributor.checks.base import Case, Hour, Level, VersionText
from distributor.releases.importing import read
from distributor.sending import preflight

RELEASES = Path(__file__).parents[3] / "config" / "rehearsal" / "releases"
MONDAY = datetime(2018, 12, 3, 10)
FAULTS = [
    "no-event-hour",
    "no-number",
    "no-press-contact",
    "no-press-email",
    "no-signatory",
]


def versions(name):
    return tuple(
        VersionText(language=one.language, title=one.title, body=one.body)
        for one in read(sorted(RELEASES.glob(f"{name}.*.md")))
    )


def communique(**changes):
    case = Case(
        kind=ReleaseKind.COMMUNIQUE,
        number="",
        zone=ZONE,
        now=MONDAY.replace(tzinfo=UTC),
        zone_rules=GOOD.zone_rules,
        versions=versions("rencontre-agences-urbaines"),
        attachments=GOOD.attachments,
        hour=Hour(wall=MONDAY, zone=ZONE, due_at=MONDAY.replace(tzinfo=UTC)),
    )
    return replace(case, **changes)


def names(case):
    return [one.check for one in preflight.findings(case)]


def test_it_lacks_its_number_hour_signatory_contact_and_address():
    assert names(communique()) == FAULTS


def test_no_finding_of_it_is_red():
    levels = {one.level for one in preflight.findings(communique())}
    assert levels == {Level.AMBER}


def test_its_signed_file_is_missed_too():
    assert names(communique(attachments=())) == sorted([*FAULTS, "no-signed-file"])


def test_its_hour_is_missed_when_only_its_day_is_set():
    event = datetime(2018, 12, 5)
    case = communique(event_wall=event, event_at=event.replace(tzinfo=UTC))
    assert names(case) == FAULTS


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_each_version_alone_has_the_same_faults(language):
    whole = communique()
    alone = [one for one in whole.versions if one.language == language]
    assert names(replace(whole, versions=tuple(alone))) == FAULTS


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("fr", "le Mercredi 5 Décembre", "le Mardi 5 Décembre"),
        ("ar", "يوم الأربعاء 5 دجنبر", "يوم الخميس 5 دجنبر"),
        ("en", "on Wednesday 5 December", "on Wednesday 6 December"),
    ],
)
def test_a_wrong_weekday_in_it_is_red(language, old, new):
    changed = [
        replace(one, body=one.body.replace(old, new))
        if one.language == language
        else one
        for one in communique().versions
    ]
    assert "weekday" in names(communique(versions=tuple(changed)))


def test_a_year_later_its_weekday_is_wrong():
    changed = [
        replace(one, body=one.body.replace("2018", "2019"))
        for one in communique().versions
    ]
    found = preflight.findings(communique(versions=tuple(changed)))
    assert [one.to for one in found if one.check == "weekday"] == [
        "ar:3",
        "ar:5",
        "en:3",
        "en:5",
        "fr:3",
        "fr:5",
    ]


def test_the_rehearsal_invitation_has_no_red_finding():
    case = communique(
        kind=ReleaseKind.INVITATION, versions=versions("invitation-agences-urbaines")
    )
    assert [
        one.check for one in preflight.findings(case) if one.level is Level.RED
    ] == []
