"""Rows -> letters."""

from datetime import UTC, datetime

import pytest
from message_makers import LINKS, PUBLIC, ZONE, a_person, office, read

from core.models import Attachment, Release, Version
from distributor.models import Dispatch, MailingList
from distributor.sending import enclosures
from distributor.sending.letters import Letters

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_dispatch(session, *, versions=None, files=(), on_list=True, **release):
    versions = versions or {"fr": ("Réunion", "Le texte."), "ar": ("لقاء", "النص.")}
    given = {"number": "2/2026", "kind": "communique", "zone": ZONE, "created_at": NOW}
    row = Release(
        **(given | release),
        versions=[
            Version(language=language, title=title, body=body, file_name="n.md")
            for language, (title, body) in versions.items()
        ],
        attachments=[
            Attachment(
                digest="",
                media_type=media_type,
                size=len(content),
                content=content,
                **rest,
            )
            for media_type, content, rest in files
        ],
    )
    mailing_list = MailingList(name="Presse nationale")
    session.add_all([row, mailing_list])
    session.flush()
    dispatch = Dispatch(
        release_id=row.id,
        mailing_list_id=mailing_list.id if on_list else None,
        channel="smtp",
        channels=["smtp"],
        wall=NOW.replace(tzinfo=None),
        zone=ZONE,
        due_at=NOW,
        deadline_at=NOW,
        grace_minutes=15,
        zone_rules="2026c",
        release_seal="",
        seal="",
        state="running",
        left_out=[],
        planned_at=NOW,
    )
    session.add(dispatch)
    session.flush()
    return dispatch.id


@pytest.fixture
def letters(database):
    return Letters(
        database,
        settings=office(web=PUBLIC),
        links=LINKS,
        signs={"smtp": True, "outbox": False},
    )


def mail(letters, dispatch_id, language="fr", **asked):
    letter = letters.letter(dispatch_id, language, **asked)
    return read(letter.address(a_person()).content)


def words_of(message):
    return [
        message.get_body((kind,)).get_content().replace("\r\n", "\n")
        for kind in ("plain", "html")
    ]


def test_each_language_has_its_letter(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(session)
    assert mail(letters, dispatch_id)["Subject"] == "Réunion"
    arabic = mail(letters, dispatch_id, "ar")
    assert arabic["Subject"] == "لقاء"
    assert arabic["List-Id"] == "Presse nationale <list-1.ministere.test>"


def test_a_letter_is_composed_once_until_it_is_forgotten(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(session)
    first = letters.letter(dispatch_id, "fr")
    assert letters.letter(dispatch_id, "fr") is first
    letters.forget()
    again = letters.letter(dispatch_id, "fr")
    assert again is not first
    assert again.address(a_person()) == first.address(a_person())


def test_one_click_is_promised_by_the_channel_that_signs(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(session)
    assert mail(letters, dispatch_id)["List-Unsubscribe-Post"] is not None
    other = mail(letters, dispatch_id, channel="outbox")
    assert other["List-Unsubscribe-Post"] is None


def test_an_invitation_says_when_and_where_and_asks_who_comes(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(
            session,
            kind="invitation",
            event_wall=datetime(2026, 12, 2, 9, 30),
            place="Hay Ryad, Rabat",
            press_contact="Nadia Alami",
            press_phone="+212 537 00 00 00",
            press_email="presse@ministere.test",
            signatory="Le ministre",
        )
    for said in words_of(mail(letters, dispatch_id)):
        for word in (
            "INVITATION PRESSE",
            "mercredi 2 décembre 2026",
            "09:30",
            "Hay Ryad, Rabat",
            "https://presse.gov.test/a/",
            "+212 537 00 00 00",
            "Nadia Alami",
            "Le ministre",
            "2/2026",
        ):
            assert word in said


def test_without_a_public_address_an_invitation_asks_for_an_answer(database):
    with database.write() as session:
        dispatch_id = a_dispatch(
            session, kind="invitation", event_wall=datetime(2026, 12, 2, 9, 30)
        )
    letters = Letters(database, settings=office(), links=LINKS)
    for said in words_of(mail(letters, dispatch_id)):
        assert "/a/" not in said


@pytest.mark.parametrize(
    ("kind", "lead"),
    [
        ("correction", "RECTIFICATIF"),
        ("cancellation", "ANNULATION"),
        ("reminder", "RAPPEL"),
    ],
)
def test_what_follows_a_release_names_it_and_says_so_in_the_subject(
    database, letters, kind, lead
):
    with database.write() as session:
        parent = Release(
            number="1/2026",
            kind="communique",
            zone=ZONE,
            created_at=NOW,
            versions=[
                Version(language="fr", title="La première", body="x", file_name="a.md")
            ],
        )
        session.add(parent)
        session.flush()
        dispatch_id = a_dispatch(session, kind=kind, parent_id=parent.id, on_list=False)
    message = mail(letters, dispatch_id)
    assert message["Subject"] == f"{lead} : Réunion"
    assert message["List-Id"] == "<release-2.ministere.test>"
    for said in words_of(message):
        assert "1/2026" in said
        assert "La première" in said


def test_a_kicker_that_the_text_says_itself_is_not_said_twice(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(
            session,
            kind="correction",
            versions={"fr": ("Rectificatif : la séance", "RECTIFICATIF\n\nLe texte.")},
        )
    message = mail(letters, dispatch_id)
    assert message["Subject"] == "Rectificatif : la séance"
    assert [said.count("RECTIFICATIF") for said in words_of(message)] == [1, 1]


def test_a_dispatch_that_reminds_says_that_it_came_before(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(session)
        session.get_one(Dispatch, dispatch_id).purpose = "reminder"
    assert mail(letters, dispatch_id)["Subject"] == "RAPPEL : Réunion"


def test_an_embargo_stands_at_the_top_with_its_hour_and_zone(database, letters):
    with database.write() as session:
        dispatch_id = a_dispatch(
            session, zone="Africa/Casablanca", embargo_wall=datetime(2026, 11, 24, 12)
        )
    for said in words_of(mail(letters, dispatch_id)):
        before = said.partition("Le texte.")[0]
        for word in ("mardi 24 novembre 2026", "12:00", "Casablanca", "UTC+00:00"):
            assert word in before


def test_files_go_with_their_language_and_pictures_into_the_text(database, letters):
    png = b"\x89PNG"
    with database.write() as session:
        dispatch_id = a_dispatch(
            session,
            versions={"fr": ("Titre", "![](photo.png)"), "ar": ("لقاء", "النص.")},
            files=[
                (
                    "application/pdf",
                    b"fr",
                    {"role": "signed", "file_name": "fr.pdf", "language": "fr"},
                ),
                (
                    "application/pdf",
                    b"ar",
                    {"role": "signed", "file_name": "ar.pdf", "language": "ar"},
                ),
                ("text/csv", b"all", {"role": "annex", "file_name": "all.csv"}),
                (
                    "image/png",
                    png,
                    {
                        "role": "picture",
                        "file_name": "photo.png",
                        "alternative": "La salle",
                    },
                ),
            ],
        )
    french = mail(letters, dispatch_id)
    assert [file.get_filename() for file in french.iter_attachments()] == [
        "fr.pdf",
        "all.csv",
    ]
    assert 'alt="La salle"' in words_of(french)[1]
    images = [part for part in french.walk() if part.get_content_type() == "image/png"]
    assert [image.get_content() for image in images] == [png]
    # Where the text does not show it, it is a file like another.
    assert [
        file.get_filename()
        for file in mail(letters, dispatch_id, "ar").iter_attachments()
    ] == ["ar.pdf", "all.csv", "photo.png"]


def test_files_too_large_stay_behind_and_the_signed_one_goes_first():
    def one(number, role, size):
        return enclosures.Candidate(id=number, role=role, name=f"{number}", size=size)

    choice = enclosures.choose(
        [
            one(1, "picture", 10),
            one(2, "annex", 95),
            one(3, "signed", 80),
            one(4, "annex", 15),
        ],
        most=100,
    )
    assert [file.id for file in choice.travels] == [3, 4]
    assert [file.id for file in choice.left_behind] == [2, 1]
