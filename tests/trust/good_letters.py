"""A letter with every field filled, for attacks through each of them."""

import email.policy
from datetime import UTC, datetime
from email.parser import BytesParser

from core.keys import Links
from core.settings import Settings
from core.values import Language, ReleaseKind
from distributor.channels.base import File
from distributor.sending.message import Person, compose
from distributor.sending.text import Parent, PressContact, Text

TOKEN = "t1"

# Everything that people and files write, and how it reaches the letter.
FIELDS = {
    "title": "Rencontre des agences",
    "body": "Le texte.",
    "number": "1/2026",
    "organisation": "Ministère",
    "sender": "presse@ministere.test",
    "reply_to": "cellule@ministere.test",
    "postal_address": "Hay Ryad, Rabat",
    "list_name": "Presse nationale",
    "place": "Rabat",
    "signatory": "Le directeur",
    "contact_name": "Nadia",
    "contact_phone": "+212 5",
    "contact_email": "n@ministere.test",
    "parent_number": "0/2026",
    "parent_title": "La première",
    "file_name": "note.pdf",
    "left_behind": "film.mp4",
    "alternative": "La salle",
}


def a_person(name="Nadia Alami", address="n@presse.test", token=TOKEN):
    return Person(address=address, name=name, token=token)


def compose_with(*, language=Language.FRENCH, kind=ReleaseKind.CORRECTION, **changes):
    said = FIELDS | changes
    given = Settings.model_validate(
        {
            "secret_key": "TOP-SECRET-KEY",
            "organisation": {
                "name": said["organisation"],
                "from": said["sender"],
                "reply_to": said["reply_to"],
                "postal_address": said["postal_address"],
            },
            "web": {"public_url": "https://presse.ministere.test"},
        }
    )
    text = Text(
        number=said["number"],
        language=language,
        title=said["title"],
        body=said["body"],
        kind=kind,
        due_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        zone="Africa/Casablanca",
        dispatch="7",
        list_id="list-1",
        list_name=said["list_name"],
        event_wall=datetime(2026, 12, 2, 9, 30),
        embargo_wall=datetime(2026, 12, 1, 9, 30),
        place=said["place"],
        signatory=said["signatory"],
        press_contact=PressContact(
            name=said["contact_name"],
            phone=said["contact_phone"],
            email=said["contact_email"],
        ),
        parent=Parent(number=said["parent_number"], title=said["parent_title"]),
        files=[
            File(name=said["file_name"], media_type="application/pdf", content=b"%PDF")
        ],
        left_behind=[said["left_behind"]],
    )
    return compose(text, given, links=Links(["key"]), signs=True)


def read(content):
    return BytesParser(policy=email.policy.default).parsebytes(content)


def read_both(letter, person):
    """The plain words and the page, as a reader gets them."""
    mail = read(letter.address(person).content)
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return plain.replace("\r\n", "\n"), page
