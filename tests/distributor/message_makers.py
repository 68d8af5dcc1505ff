"""Makers of letters: only what matters is said."""

import email.policy
from datetime import UTC, datetime
from email.parser import BytesParser

from core.keys import Links
from core.settings import Settings
from core.values import Language
from distributor.sending.message import Person, compose
from distributor.sending.text import Text

LINKS = Links(["key"])
# Always at UTC+0, so that a wall time reads like its moment.
ZONE = "Africa/Abidjan"
PUBLIC = {"public_url": "https://presse.gov.test"}
BODY = """Le ministère **réunit** les agences.

<script>alert(1)</script> [lien](https://presse.test/?a=1&b=2) [x](javascript:alert)

| a | b |
|---|---|
| 1 | 2 |

.
.fin
"""


def office(**changes):
    tree = {"organisation": {"name": "Ministère", "from": "presse@ministere.test"}}
    return Settings.model_validate(tree | changes)


def a_text(language=Language.FRENCH, **changes):
    given = {
        "number": "1/2026",
        "title": "Réunion à Fès",
        "body": BODY,
        "dispatch": "7",
        "list_id": "list-1",
        "due_at": datetime(2026, 11, 24, 12, tzinfo=UTC),
        "zone": ZONE,
    }
    return Text(language=language, **(given | changes))


def a_letter(language=Language.FRENCH, *, given=None, signs=False, **changes):
    return compose(
        a_text(language, **changes), given or office(), links=LINKS, signs=signs
    )


def a_person(name="Nadia Alami", address="n@presse.test"):
    return Person(address=address, name=name, token="t1")


def read(content):
    """The mail as a strict reader understands it."""
    mail = BytesParser(policy=email.policy.default).parsebytes(content)
    assert not mail.defects
    assert not any(part.defects for part in mail.walk())
    return mail


def parsed(letter, **person):
    return read(letter.address(a_person(**person)).content)
