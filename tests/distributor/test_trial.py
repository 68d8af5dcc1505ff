"""Previews and tests of a release: the letter that a dispatch sends, and nothing of its own."""

from email import message_from_bytes, policy

import pytest
from editing_makers import people
from release_makers import PDF, a_png
from sending_makers import LINKS, RULES, Box, a_release, contacts, sending, settings
from sqlalchemy import func, select

import distributor.report
from core.errors import BadInput, Conflict
from core.keys import Purpose
from core.models import Release
from core.values import Language
from distributor.after.unsubscribe import asked
from distributor.contacts.suppression import suppress
from distributor.models import Contact, Dispatch, TestMail
from distributor.releases import attaching
from distributor.releases.attaching import AttachmentRole
from distributor.releases.reading.base import Source
from distributor.sending import preview, sealing, trial

PICTURE = "salle.png"


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


def an_illustrated_release(session, now):
    release = a_release(session, now=now)
    for name, content, role, words in (
        (PICTURE, a_png(), AttachmentRole.PICTURE, "La salle"),
        ("signe.pdf", PDF, AttachmentRole.SIGNED, ""),
    ):
        attached = attaching.look_at(
            Source(name=name, content=content), role, alternative=words
        )
        attaching.add(session, release, attached)
    release.versions[0].body += f"\n\n![La salle]({PICTURE})"
    session.flush()
    return release


def show(session, release, reader, now):
    return preview.show(
        session,
        release,
        reader,
        settings=settings(),
        links=LINKS,
        signs=False,
        now=now,
    )


def order(**changes):
    asked_for = {
        "address": "presse@ministere.test",
        "channel": "outbox",
        "languages": ("fr", "ar"),
        "key": "k",
    }
    return trial.Order(**asked_for | changes)


def send(session, release, by, now, ids, **changes):
    return trial.send(
        session,
        release,
        order(**changes),
        channels=["outbox"],
        by=by,
        settings=settings(),
        zone_rules=RULES,
        ids=ids,
        links=LINKS,
        now=now,
    )


def seal(session, release):
    return sealing.release_seal(session.get_one(Release, release.id), settings())


def test_a_preview_greets_its_reader_in_the_language_they_read(session, clock):
    now = clock.now()
    release = a_release(session, now=now)
    contacts(session, 2, now=now)
    (arabic,) = session.scalars(select(Contact.id).where(Contact.name == "Personne 0"))
    reader = preview.contact(session, release, arabic)
    shown = show(session, release, reader, now)
    assert reader.language is Language.ARABIC
    assert "Personne 0" in shown.plain
    assert shown.mail["Subject"] == "لقاء الوكالات الحضرية"
    assert shown.mail["To"] == "Personne 0 <p0@presse.test>"


def test_a_preview_says_who_would_get_nothing(session, clock):
    now = clock.now()
    release = a_release(session, now=now)
    contacts(session, 1, now=now)
    found = session.scalars(select(Contact)).one()
    suppress(session, found.address_key, reason="opposition", now=now)
    assert preview.contact(session, release, found.id).left_out == "suppressed"


def test_a_preview_without_a_name_and_one_of_nobody(session, clock):
    now = clock.now()
    release = a_release(session, now=now, languages=("fr",))
    nameless = preview.sample(release, Language.FRENCH, named=False)
    assert "Bonjour," in show(session, release, nameless, now).plain
    with pytest.raises(BadInput):
        preview.sample(release, Language.ARABIC, named=True)


def test_a_preview_holds_its_pictures_and_asks_for_nothing(session, clock):
    now = clock.now()
    release = an_illustrated_release(session, now)
    reader = preview.sample(release, Language.FRENCH, named=True)
    shown = show(session, release, reader, now)
    page = shown.page()
    assert 'src="data:image/png;base64,' in page
    assert "cid:" not in page
    assert shown.files == ["signe.pdf"]
    assert "(prefers-color-scheme" not in page
    assert "@media all" in shown.page(dark=True)
    assert "@media not all" in page


def test_links_of_a_preview_name_no_delivery(session, clock):
    release = a_release(session, now=clock.now())
    reader = preview.sample(release, Language.FRENCH, named=True)
    shown = show(session, release, reader, clock.now())
    signed = LINKS.sign(Purpose.UNSUBSCRIBE, preview.TOKEN)
    assert signed in str(shown.mail["List-Unsubscribe"])
    with pytest.raises(BadInput):
        asked(session, signed, links=LINKS)


def test_contacts_are_found_by_name_or_address(session, clock):
    contacts(session, 12, now=clock.now())
    assert [name for _, name, _ in preview.search(session, "personne 11")] == [
        "Personne 11"
    ]
    assert len(preview.search(session, "presse.test")) == preview.FOUND
    assert preview.search(session, "%") == []
    assert preview.search(session, " ") == ()


def test_a_test_leaves_by_the_ledger_marked_as_one_in_each_language(
    database, clock, ids
):
    now = clock.now()
    with database.write() as session:
        salma, _ = people(session, now)
        release = an_illustrated_release(session, now)
        made = send(session, release, salma, now, ids)
        assert len(made) == 2
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box).tick()
    mails = [message_from_bytes(one.content, policy=policy.default) for one in box.sent]
    assert {str(one["Subject"]) for one in mails} == {
        "[Essai] Rencontre des agences urbaines",
        "[تجربة] لقاء الوكالات الحضرية",
    }
    french = next(one for one in mails if "Essai" in str(one["Subject"]))
    parts = {part.get_content_type(): part for part in french.walk()}
    assert (
        parts["image/png"]["Content-ID"].strip("<>")
        in french.get_body(("html",)).get_content()
    )
    assert parts["application/pdf"].get_filename() == "signe.pdf"
    with database.read() as session:
        told = trial.tested(session, release.id, seal(session, release))
        assert [(one.language, one.by, one.state) for one in told] == [
            ("ar", "Salma", "accepted"),
            ("fr", "Salma", "accepted"),
        ]
        # A test is no news, and no dispatch of the release.
        assert distributor.report.sent(session) == {}
        assert distributor.report.dispatches(session, release_id=release.id) == []


def test_a_change_after_the_test_asks_for_another(session, clock, ids):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now=now)
    send(session, release, salma, now, ids)
    assert trial.tested(session, release.id, seal(session, release))
    release.versions[0].body = "Autre."
    session.flush()
    assert trial.tested(session, release.id, seal(session, release)) == []
    assert trial.ever(session, release.id) == now


def test_the_same_wish_sends_one_test(session, clock, ids):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now=now)
    first = send(session, release, salma, now, ids)
    assert send(session, release, salma, now, ids) == first
    assert session.scalar(select(func.count(TestMail.id))) == 2
    assert session.scalar(select(func.count(Dispatch.id))) == 2


@pytest.mark.parametrize(
    ("to", "changes"),
    [
        ("address", {"address": "journaliste@presse.test"}),
        ("address", {"address": "presse@ministere.test.evil.test"}),
        ("address", {"address": "pas une adresse"}),
        ("channel", {"channel": "manual"}),
        ("language", {"languages": ("en",)}),
    ],
)
def test_a_test_goes_to_the_office_alone(session, clock, ids, to, changes):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now=now)
    with pytest.raises(BadInput) as told:
        send(session, release, salma, now, ids, **changes)
    assert told.value.to == to
    assert session.scalar(select(func.count(Dispatch.id))) == 0


@pytest.mark.parametrize(
    "address", ["Redaction@MINISTERE.test", "essai@ailleurs.test", "garde@nuit.test"]
)
def test_addresses_of_the_office_are_its_domain_and_those_of_its_settings(address):
    given = settings(
        sending={"seeds": ["essai@ailleurs.test"]},
        alerts={"to": ["garde@nuit.test"]},
    )
    assert trial.own_address(address, given).casefold() == address.casefold()


def test_a_suppressed_address_of_the_office_gets_no_test(session, clock, ids):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now=now)
    suppress(session, "presse@ministere.test", reason="opposition", now=now)
    with pytest.raises(Conflict):
        send(session, release, salma, now, ids)
