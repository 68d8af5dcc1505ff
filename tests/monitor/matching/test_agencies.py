"""An agency is named by a by-line, a dateline or a credit at the end, and not in passing."""

import pytest

from monitor.matching.agencies import named_agency


@pytest.mark.parametrize(
    ("author", "body", "agency"),
    [
        ("", "Rabat, 4 déc. (MAP) - Le ministre a dit.", "MAP"),
        ("", "Rabat – MAP\n\nLe ministre a dit.", "MAP"),
        ("", "الرباط (و م ع) - قال الوزير إن الأشغال انتهت.", "MAP"),
        ("", "Le ministre a dit ce qu'il fera lundi prochain. (AFP)", "AFP"),
        ("", "Le ministre a dit ce qu'il fera lundi prochain avec AFP", "AFP"),
        ("Omar El Fassi avec MAP", "Le ministre a dit.", "MAP"),
        ("", "Le directeur de la MAP a reçu hier une délégation de journalistes.", ""),
        ("Nadia Mapou", "Le ministre a dit.", ""),
        ("", "", ""),
    ],
)
def test_an_agency_is_named(author, body, agency):
    assert named_agency(author, body) == agency
