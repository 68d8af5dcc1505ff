"""Case 22, its numbering part: the year of a number is the office's, not the machine's."""

from datetime import UTC, datetime

import pytest

from distributor.releases import importing

VERSION = importing.ImportedVersion(
    language="fr", title="Titre", body="Texte.", file_name="note.fr.md"
)


@pytest.mark.parametrize(
    ("zone", "numbers"),
    [
        ("Africa/Abidjan", ["113/2027", "114/2027", "1/2028"]),
        # An hour ahead of UTC: its year ends before the machine's.
        ("Europe/Paris", ["113/2027", "1/2028", "2/2028"]),
        ("America/New_York", ["113/2027", "114/2027", "115/2027"]),
    ],
)
def test_the_first_release_of_a_new_year_is_number_one(database, zone, numbers):
    def stored(session, now, **given):
        return importing.store(
            session,
            kind="communique",
            versions=[VERSION],
            zone="UTC",
            office_zone=zone,
            embargo_wall=None,
            event_wall=None,
            now=now,
            **given,
        ).number

    with database.write() as session:
        stored(session, datetime(2027, 6, 1, tzinfo=UTC), number="112/2027")
        made = [
            stored(session, now)
            for now in (
                datetime(2027, 12, 31, 22, tzinfo=UTC),
                datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
                datetime(2028, 1, 1, 0, 30, tzinfo=UTC),
            )
        ]
    assert made == numbers
