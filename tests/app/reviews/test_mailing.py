"""An edition on its way to its readers: who gets which body, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from report_makers import a_review
from sqlalchemy import select

from app.reviews import editions, readers
from app.reviews.mailing import Mailing, about, bodies
from app.reviews.models import Edition, ReaderGroup
from app.reviews.reading import shown
from core.errors import NotFound
from core.reporting.formats import json as json_format
from core.settings import Settings
from core.values import Language
from core.zones import ZoneRules
from distributor.contacts import lists
from distributor.models import (
    Body,
    Contact,
    Delivery,
    Dispatch,
    Membership,
    Restoration,
)
from distributor.sending import control, schedule, starting
from distributor.sending.bodies import PREFERENCES, READ, UNSUBSCRIBE, letter

RULES = ZoneRules(version="2026c", origin="the tests")
SETTINGS = Settings.model_validate(
    {
        "channels": {"outbox": {"folder": "outbox"}},
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
    }
)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def a_group(**given):
    return ReaderGroup(
        **{
            "name": "Cabinet",
            "mailing_list_id": 1,
            "channel": "outbox",
            "layout": "fr",
            "sections": [],
            "kinds": ["morning"],
            "with_pdf": False,
            "made_by": "essai",
            "made_at": NOW,
        }
        | given
    )


def composed(report=None, **given):
    return bodies(report or a_review(count=4), a_group(**given), settings=SETTINGS)


@pytest.mark.parametrize(
    ("layout", "languages"),
    [("", ["fr", "ar", "en"]), ("ar", ["ar"]), ("bilingual", ["fr"])],
)
def test_a_layout_has_its_bodies(layout, languages):
    assert [one.language for one in composed(layout=layout)] == languages


def test_a_bilingual_body_says_both():
    (body,) = composed(layout="bilingual")
    assert "Méthode et limites" in body.page
    assert "المنهجية" in body.page


def test_a_group_reads_its_sections_only():
    report = a_review(count=6)
    first, second = report.sections[0], report.sections[1]
    (body,) = composed(report, sections=[first.key])
    assert first.lines[0].title in body.plain
    assert second.lines[0].title not in body.plain


def test_an_essential_of_sections_they_do_not_read_is_not_told():
    # It rests on articles 1, 2 and 4, of the first two sections.
    report = a_review(count=6)
    told, other = report.essentials[0].said[0].text, "agence « Maghreb Nord »"
    (body,) = composed(report, sections=[report.sections[0].key])
    assert told in body.plain
    assert other not in body.plain
    (all_of_it,) = composed(report)
    assert other in all_of_it.plain


def test_the_pdf_goes_along_where_the_group_wants_it():
    (with_it,) = composed(with_pdf=True)
    (file,) = with_it.files
    assert (file.media_type, file.content[:5]) == ("application/pdf", b"%PDF-")
    (without,) = composed()
    assert without.files == ()


def test_what_mail_programs_would_cut_is_cut_to_the_first_page():
    (body,) = composed(a_review(count=400))
    assert len(body.page.encode()) < 95_000
    for said in (body.plain, BeautifulSoup(body.page, "lxml").get_text(" ")):
        assert "Ce message contient la première page" in " ".join(said.split())
    (short,) = composed()
    assert "Ce message contient" not in short.plain


def test_what_is_cut_and_has_no_page_goes_along_as_a_file():
    (cut,) = composed(a_review(count=400))
    assert [one.media_type for one in cut.files] == ["application/pdf"]
    public = SETTINGS.model_copy(
        update={
            "web": SETTINGS.web.model_copy(
                update={"public_url": "https://presse.ministere.test"}
            )
        }
    )
    (read_there,) = bodies(a_review(count=400), a_group(), settings=public)
    assert read_there.files == ()


def test_private_signs_in_a_headline_are_taken_out():
    report = a_review(count=2, organisation=f"Ministère {UNSUBSCRIBE}{READ}")
    (body,) = composed(report)
    assert body.page.count(UNSUBSCRIBE) == body.plain.count(UNSUBSCRIBE) == 1


def test_each_link_of_a_reader_has_a_line_of_its_own():
    (body,) = composed()
    for sign in (READ, PREFERENCES, UNSUBSCRIBE):
        for text in (body.plain, body.page):
            (line,) = [one for one in text.splitlines() if sign in one]
            assert sum(other in line for other in (READ, PREFERENCES, UNSUBSCRIBE)) == 1


class Office:
    """Editions and readers in a database."""

    def __init__(self, database, ids):
        self.database = database
        self.mailing = Mailing(settings=SETTINGS, zone_rules=RULES, ids=ids)

    def people(self, session, list_name, *addresses, language="fr"):
        made = lists.by_name_or_new(session, list_name)
        for address in addresses:
            contact = session.scalar(select(Contact).where(Contact.address == address))
            if contact is None:
                contact = Contact(
                    address=address,
                    address_key=address,
                    name=address,
                    languages=[language],
                    beats=[],
                    created_at=NOW,
                    updated_at=NOW,
                )
                session.add(contact)
                session.flush()
            session.add(Membership(mailing_list_id=made.id, contact_id=contact.id))
        session.flush()

    def group(self, session, name, list_name, **given):
        readers.add(
            session,
            **{
                "name": name,
                "list_name": list_name,
                "channel": "outbox",
                "layout": "fr",
                "sections": (),
                "kinds": ["morning"],
                "with_pdf": False,
            }
            | given,
            settings=SETTINGS,
            by="essai",
            now=NOW,
        )

    def edition(self, session, version=1, name="morning", **given):
        report = a_review(count=3, version=version, edition=name, **given)
        row = Edition(
            key=f"2026-11-24/{name}",
            day=NOW.date(),
            number=1,
            version=version,
            since=NOW - timedelta(days=1),
            until=NOW,
            state="validated",
            content=json_format.plain(report),
            frozen_at=NOW,
            ready_at=NOW,
        )
        session.add(row)
        session.flush()
        return row

    def send(self, session, row):
        self.mailing.send(session, row, self.mailing.compose(session, row), NOW)
        editions.sent(session, row, now=NOW)
        session.flush()

    def reached(self, session, row):
        return sorted(
            session.scalars(
                select(Delivery.address)
                .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
                .where(Dispatch.about == about(row))
            )
        )


@pytest.fixture
def office(each_database, ids):
    return Office(each_database, ids)


def test_who_reads_in_two_groups_gets_one_mail(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test", "b@x.test")
        office.people(session, "directeurs", "b@x.test", "c@x.test")
        office.group(session, "Cabinet", "cabinet")
        office.group(session, "Directeurs", "directeurs")
        row = office.edition(session)
        office.send(session, row)
        assert office.reached(session, row) == ["a@x.test", "b@x.test", "c@x.test"]


def test_an_edition_that_nobody_reads_by_mail_is_sent_all_the_same(office):
    with office.database.write() as session:
        row = office.edition(session)
        office.send(session, row)
        assert (row.state, office.reached(session, row)) == ("sent", [])


@pytest.mark.parametrize("wanted", [False, True])
def test_a_group_whose_sections_are_empty_is_mailed_only_if_the_office_wants(
    office, wanted
):
    review = SETTINGS.review.model_copy(update={"empty": wanted})
    settings = SETTINGS.model_copy(update={"review": review})
    office.mailing = replace(office.mailing, settings=settings)
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.people(session, "jihat", "b@x.test")
        office.group(session, "Cabinet", "cabinet")
        # The report of this edition has that section, and nothing in it.
        office.group(session, "Jihat", "jihat", sections=["regions"])
        row = office.edition(session)
        office.send(session, row)
        reached = office.reached(session, row)
    assert reached == (["a@x.test", "b@x.test"] if wanted else ["a@x.test"])


def test_an_edition_asked_for_twice_is_sent_once(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        mails = office.mailing.compose(session, row)
        office.mailing.send(session, row, mails, NOW)
        office.mailing.send(session, row, mails, NOW)
        assert office.reached(session, row) == ["a@x.test"]


@pytest.mark.parametrize("reader", ["Salma", ""])
def test_only_who_was_read_by_a_person_leaves_later_than_its_hour(office, reader):
    """A machine that is back at noon, or whose backup is: what left at eight leaves no more."""
    noon = NOW + timedelta(hours=4)
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        row.validated_at, row.validated_by = noon, reader
        mails = office.mailing.compose(session, row)
        office.mailing.send(session, row, mails, noon)
        (dispatch,) = session.scalars(select(Dispatch))
        starting.start_due(session, settings=SETTINGS, zone_rules=RULES, now=noon)
        session.flush()
        state, reason = dispatch.state, dispatch.reason
    if reader:
        assert (state, reason) == ("running", "")
    else:
        assert (state, reason[:18]) == ("held", "It is 240 min late")


@pytest.mark.parametrize(
    ("minutes", "state"), [(-1, "running"), (0, "held"), (5, "held")]
)
def test_an_edition_whose_hour_lies_before_a_restore_waits_for_a_person(
    office, minutes, state
):
    """The lost database may have sent it at its hour, however few minutes ago that is."""
    with office.database.write() as session:
        session.add(Restoration(restored_at=NOW + timedelta(minutes=minutes)))
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        later = NOW + timedelta(minutes=6)
        office.mailing.send(session, row, office.mailing.compose(session, row), later)
        (dispatch,) = session.scalars(select(Dispatch))
        starting.start_due(session, settings=SETTINGS, zone_rules=RULES, now=later)
        session.flush()
        held = schedule.RESTORED if state == "held" else ""
        assert (dispatch.state, dispatch.reason) == (state, held)
        if held:
            control.resume(
                session,
                dispatch.id,
                settings=SETTINGS,
                zone_rules=RULES,
                now=later,
            )
            starting.start_due(session, settings=SETTINGS, zone_rules=RULES, now=later)
            assert dispatch.state == "running"


@pytest.mark.parametrize("change", ["nothing", "another list", "gone", "one more"])
def test_version_two_reaches_whoever_got_version_one(office, change):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test", "b@x.test")
        office.people(session, "autre", "z@x.test")
        office.group(session, "Cabinet", "cabinet")
        first = office.edition(session)
        office.send(session, first)
        # As if it had left: who waits still is reached by the new version as well.
        for one in session.scalars(select(Delivery)):
            one.state = "accepted"
        if change in {"another list", "gone"}:
            readers.remove(session, "Cabinet", now=NOW)
        if change == "another list":
            office.group(session, "Cabinet", "autre")
        if change == "one more":
            office.group(session, "Autre", "autre")
        second = office.edition(session, version=2)
        office.send(session, second)
        assert office.reached(session, second) == ["a@x.test", "b@x.test"]
        assert first.state == "replaced"


def test_what_still_waits_of_version_one_never_leaves(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        first = office.edition(session)
        office.send(session, first)
        second = office.edition(session, version=2)
        office.send(session, second)
        states = dict(
            session.execute(
                select(Dispatch.about, Delivery.state).join(
                    Delivery, Delivery.dispatch_id == Dispatch.id
                )
            ).all()
        )
    assert states == {about(first): "cancelled", about(second): "waiting"}


def subjects(session, row):
    rows = session.execute(
        select(Delivery.address, Body.subject)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(
            Body,
            (Body.dispatch_id == Dispatch.id) & (Body.language == Delivery.language),
        )
        .where(Dispatch.about == about(row))
    ).all()
    return dict(rows)


def test_each_reader_gets_the_body_in_their_own_language(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.people(session, "cabinet", "b@x.test", language="ar")
        office.group(session, "Cabinet", "cabinet", layout="")
        row = office.edition(session)
        office.send(session, row)
        told = subjects(session, row)
    assert "Revue de presse" in told["a@x.test"]
    assert "القراءة الصحفية" in told["b@x.test"]


def test_who_reads_in_two_groups_gets_the_mail_of_the_first(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.people(session, "directeurs", "a@x.test")
        office.group(session, "Directeurs", "directeurs", layout="ar")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        office.send(session, row)
        (told,) = subjects(session, row).values()
    assert "القراءة الصحفية" in told


def test_a_list_has_one_group_for_mornings_and_another_for_flash_editions(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Matin", "cabinet", sections=["releases"])
        office.group(session, "Flash", "cabinet", kinds=["flash"], layout="ar")
        first = office.edition(session, name="flash-1300")
        office.send(session, first)
        for one in session.scalars(select(Delivery)):
            one.state = "accepted"
        second = office.edition(session, version=2, name="flash-1300")
        office.send(session, second)
        (told,) = subjects(session, second).values()
        list_id = session.scalar(select(Dispatch.mailing_list_id))
        report, spoken = shown(
            session,
            about(first),
            list_id=list_id,
            language=Language.ARABIC,
            settings=SETTINGS,
        )
    assert "القراءة الصحفية" in told
    assert spoken[0].language == Language.ARABIC
    assert len(report.sections) == len(a_review(count=3).sections)


@pytest.mark.parametrize("public", ["", "https://presse.ministere.test"])
def test_without_a_public_address_no_line_promises_a_page(office, public):
    web = SETTINGS.web.model_copy(update={"public_url": public or None})
    settings = SETTINGS.model_copy(update={"web": web})
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        office.send(session, row)
        dispatch = session.scalars(select(Dispatch)).one()
        _, rendered = letter(session, dispatch, Language.FRENCH, settings=settings)
    for text in (rendered.plain, rendered.page):
        assert (READ in text, PREFERENCES in text) == (bool(public), bool(public))
        assert UNSUBSCRIBE in text
    lines = [one for one in rendered.plain.splitlines() if "page web" in one]
    assert len(lines) == bool(public)


def test_a_reader_whose_group_is_gone_still_reads_what_they_were_sent(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet", sections=["releases"])
        row = office.edition(session)
        office.send(session, row)
        list_id = session.scalar(select(Dispatch.mailing_list_id))
        asked = {"list_id": list_id, "language": Language.FRENCH, "settings": SETTINGS}
        report, _ = shown(session, about(row), **asked)
        assert [one.key for one in report.sections] == ["releases"]
        readers.remove(session, "Cabinet", now=NOW)
        report, spoken = shown(session, about(row), **asked)
    assert [one.key for one in report.sections] == ["releases"]
    assert [one.language for one in spoken] == [Language.FRENCH]


def test_a_version_that_was_not_sent_is_shown_to_no_reader(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        row = office.edition(session)
        office.send(session, row)
        office.edition(session, version=2)
        report, _ = shown(
            session,
            about(row),
            list_id=session.scalar(select(Dispatch.mailing_list_id)),
            language=Language.FRENCH,
            settings=SETTINGS,
        )
    assert report.version == 1


def test_a_link_shows_the_version_that_replaces(office):
    with office.database.write() as session:
        office.people(session, "cabinet", "a@x.test")
        office.group(session, "Cabinet", "cabinet")
        first = office.edition(session)
        office.send(session, first)
        list_id = session.scalar(select(Dispatch.mailing_list_id))
        second = office.edition(session, version=2)
        office.send(session, second)
        report, spoken = shown(
            session,
            about(first),
            list_id=list_id,
            language=Language.FRENCH,
            settings=SETTINGS,
        )
        assert (report.version, spoken[0].language) == (2, Language.FRENCH)
        assert session.scalar(select(Body.language)) == "fr"


@pytest.mark.parametrize("named", ["alert:1", "edition:77", "edition:x", ""])
def test_a_link_to_no_edition_is_said(office, named):
    with office.database.read() as session, pytest.raises(NotFound):
        shown(
            session,
            named,
            list_id=1,
            language=Language.FRENCH,
            settings=SETTINGS,
        )
