"""What stands in the newsroom, and from when: decided by people, asked anew each time."""

from datetime import datetime, timedelta

import pytest
from newsroom_makers import (
    NAMED,
    a_newsroom,
    a_picture,
    a_release,
    attach,
    people,
    publish,
    who,
    withdraw,
)

from core.errors import BadInput, Conflict
from core.models import Release
from core.values import Language, Role
from distributor.models import Approval, Dispatch, Publication
from distributor.newsroom import publishing, reading
from distributor.newsroom.publishing import When
from distributor.newsroom.reading import Asked
from distributor.sending.sealing import release_seal

HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path, clock, ids):
    with a_newsroom(tmp_path, clock, ids) as opened:
        people(opened)
        yield opened


def titles(office, language=Language.FRENCH, **asked):
    with office.database.read() as session:
        wanted = Asked(language=language, **asked)
        lines = reading.listed(session, wanted, now=office.clock.now())
        return [one.title for one in lines]


def a_dispatch(office, release_id, *, mode="immediate", **given):
    """A row as planning leaves it; who gets it is another test's matter."""
    now = office.clock.now()
    with office.database.write() as session:
        release = session.get_one(Release, release_id)
        seal = release_seal(release, office.settings)
        made = Dispatch(
            **{
                "release_id": release_id,
                "channel": "outbox",
                "channels": ["outbox"],
                "mode": mode,
                "wall": datetime(2026, 11, 24, 11),
                "zone": "UTC",
                "due_at": now + 2 * HOUR,
                "deadline_at": now + 26 * HOUR,
                "grace_minutes": 15,
                "zone_rules": "2026f",
                "release_seal": seal,
                "seal": f"d-{seal}",
                "state": "planned",
                "left_out": [],
                "planned_at": now,
            }
            | given
        )
        session.add(made)
        session.flush()
        return made.id


def change(office, model, row_id, **values):
    with office.database.write() as session:
        row = session.get_one(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_release_is_in_the_newsroom_only_when_a_person_put_it_there(office):
    one = a_release(office)
    assert titles(office) == []
    publish(office, one)
    assert titles(office) == ["Rencontre"]


def test_a_writer_asks_and_somebody_who_may_send_decides(office):
    one = a_release(office)
    asked = publish(office, one, role=Role.WRITER)
    assert titles(office) == []
    with office.database.write() as session:
        publishing.decide(
            session,
            publishing.asked(session, one, asked),
            account=who(session, Role.VALIDATOR),
            settings=office.settings,
            now=office.clock.now(),
        )
    assert titles(office) == ["Rencontre"]


@pytest.mark.parametrize("role", [Role.READER, Role.WATCHER])
def test_who_does_not_write_asks_for_nothing(office, role):
    with pytest.raises(Conflict):
        publish(office, a_release(office), role=role)


def test_what_was_asked_for_is_not_published_once_the_release_is_another(office):
    one = a_release(office)
    asked = publish(office, one, role=Role.WRITER)
    change(office, Release, one, place="Fès")
    with office.database.write() as session, pytest.raises(Conflict, match="changed"):
        publishing.decide(
            session,
            publishing.asked(session, one, asked),
            account=who(session, Role.VALIDATOR),
            settings=office.settings,
            now=office.clock.now(),
        )


def test_an_hour_of_its_own_is_waited_for_to_the_second(office, clock):
    publish(office, a_release(office), when=When.AT, wall=datetime(2026, 11, 24, 12))
    noon = clock.now().replace(hour=12)
    clock.move_to(noon - timedelta(seconds=1))
    assert titles(office) == []
    clock.move_to(noon)
    assert titles(office) == ["Rencontre"]


def test_an_embargo_is_waited_for_whatever_hour_was_chosen(office, clock):
    ends = clock.now() + 5 * HOUR
    publish(office, a_release(office, embargo_at=ends))
    clock.move_to(ends - timedelta(microseconds=1))
    assert titles(office) == []
    clock.move_to(ends)
    assert titles(office) == ["Rencontre"]


def test_an_embargo_that_is_set_later_takes_the_page_away(office, clock):
    one = a_release(office)
    publish(office, one)
    change(office, Release, one, embargo_at=clock.now() + HOUR)
    assert titles(office) == []


def test_clocks_that_a_government_moved_are_waited_for_too(office, clock):
    """The stored moment has come, but by the rules of today the wall's hour has not."""
    one = a_release(office)
    asked = publish(office, one, when=When.AT, wall=datetime(2026, 11, 24, 12))
    change(office, Publication, asked, publish_at=clock.now() - HOUR)
    assert titles(office) == []


def test_with_its_dispatch_it_shows_when_that_begins_to_leave(office, clock):
    one = a_release(office)
    sent = a_dispatch(office, one)
    publish(office, one, when=When.WITH_DISPATCH, dispatch_id=sent)
    clock.wait(3 * HOUR)
    assert titles(office) == []
    change(office, Dispatch, sent, started_at=clock.now(), state="running")
    assert titles(office) == ["Rencontre"]


def test_a_dispatch_that_is_stopped_before_it_leaves_shows_nothing(office, clock):
    one = a_release(office)
    sent = a_dispatch(office, one)
    publish(office, one, when=When.WITH_DISPATCH, dispatch_id=sent)
    change(office, Dispatch, sent, state="stopped", ended_at=clock.now())
    clock.wait(24 * HOUR)
    assert titles(office) == []


def test_what_a_provider_was_given_early_shows_at_its_hour(office, clock):
    one = a_release(office)
    sent = a_dispatch(office, one, mode="planned", started_at=clock.now())
    publish(office, one, when=When.WITH_DISPATCH, dispatch_id=sent)
    assert titles(office) == []
    clock.wait(2 * HOUR)
    assert titles(office) == ["Rencontre"]


def test_a_dispatch_of_another_text_cannot_be_followed(office):
    one = a_release(office)
    sent = a_dispatch(office, one, release_seal="another")
    with pytest.raises(Conflict, match="does not send this text"):
        publish(office, one, when=When.WITH_DISPATCH, dispatch_id=sent)


def test_where_two_people_approve_a_text_that_nobody_approved_stays_inside(
    tmp_path, clock, ids
):
    with a_newsroom(tmp_path, clock, ids, approval="two-person") as office:
        people(office)
        one = a_release(office)
        with pytest.raises(Conflict, match="Nobody has approved"):
            publish(office, one)
        sent = a_dispatch(office, one)
        with pytest.raises(Conflict, match="Nobody has approved"):
            publish(office, one)
        with office.database.write() as session:
            session.add(
                Approval(
                    dispatch_id=sent,
                    account_id=who(session, Role.VALIDATOR).id,
                    seal=session.get_one(Dispatch, sent).seal,
                    given_at=clock.now(),
                )
            )
        publish(office, one)
        assert titles(office) == ["Rencontre"]


def test_a_later_edit_changes_nothing_that_the_public_reads(office):
    one = a_release(office)
    publish(office, one)
    with office.database.write() as session:
        release = session.get_one(Release, one)
        release.versions[0].title, release.place = "Autre chose", "Fès"
    with office.database.read() as session:
        shown = reading.page(
            session, "112-2026", Language.FRENCH, now=office.clock.now()
        )
        assert (shown.line.title, shown.place) == ("Rencontre", "Rabat")
    publish(office, one)
    assert titles(office) == ["Autre chose"]


def test_a_page_the_public_reads_never_vanishes_for_a_later_one(office):
    one = a_release(office)
    publish(office, one)
    with pytest.raises(Conflict, match="already"):
        publish(office, one, when=When.AT, wall=datetime(2026, 11, 30, 9))
    assert titles(office) == ["Rencontre"]


def test_what_the_public_read_is_said_to_be_taken_out(office, clock):
    one = a_release(office)
    publish(office, one)
    withdraw(office, one)
    with office.database.read() as session:
        assert reading.texts(session, "112-2026", now=clock.now()) == []
        assert reading.was_withdrawn(session, "112-2026", now=clock.now())
    publish(office, one)
    assert titles(office) == ["Rencontre"]


def test_what_nobody_had_read_is_not_said_to_be_taken_out(office, clock):
    one = a_release(office, embargo_at=clock.now() + HOUR)
    publish(office, one)
    withdraw(office, one)
    clock.wait(24 * HOUR)
    with office.database.read() as session:
        assert not reading.was_withdrawn(session, "112-2026", now=clock.now())


def test_a_correction_and_what_it_corrects_name_each_other_once_both_show(
    office, clock
):
    publish(office, a_release(office))
    later = clock.now() + HOUR
    fix = a_release(
        office,
        number="113/2026",
        title="Rectificatif",
        kind="correction",
        parent="112/2026",
        embargo_at=later,
    )
    publish(office, fix)

    def links(slug):
        with office.database.read() as session:
            now = office.clock.now()
            shown = reading.page(session, slug, Language.FRENCH, now=now)
            return shown.corrects, [one.title for one in shown.corrected_by]

    assert links("112-2026") == (None, [])
    clock.move_to(later)
    assert links("112-2026") == (None, ["Rectificatif"])
    assert links("113-2026")[0].title == "Rencontre"
    with office.database.read() as session:
        assert list(
            reading.corrected(session, ["112-2026", "113-2026"], now=later)
        ) == ["112-2026"]


@pytest.mark.parametrize(
    ("captions", "wrong"),
    [
        ({}, "what it shows"),
        (
            {"photo.jpg": NAMED["photo.jpg"].__class__(alternative="Une salle")},
            "whose it is",
        ),
    ],
)
def test_a_picture_says_what_it_shows_and_whose_it_is(office, captions, wrong):
    one = a_release(office)
    attach(
        office, one, "photo.jpg", a_picture(), role="picture", media_type="image/jpeg"
    )
    with pytest.raises(BadInput, match=wrong):
        publish(office, one, captions=captions)


def test_releases_whose_numbers_look_alike_have_addresses_of_their_own(office):
    publish(office, a_release(office, number="A 12 bis"))
    publish(office, a_release(office, number="a/12/BIS", title="Autre"))
    with office.database.read() as session:
        slugs = {one.slug for one in session.query(Publication)}
    assert len(slugs) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rencontre", 1),
        ("RENCON", 1),
        ("rencontre grande", 0),
        ("encontre", 0),
        ("%", 1),
    ],
)
def test_titles_are_found_by_the_beginnings_of_their_words(office, query, found):
    publish(office, a_release(office, title="Rencontre des agences"))
    assert len(titles(office, query=query)) == found


def test_arabic_titles_are_found_without_their_vowel_signs(office):
    one = a_release(office)
    with office.database.write() as session:
        version = session.get_one(Release, one).versions[0]
        version.language, version.title = "ar", "لِقَاء الوكالات الحضرية"
    publish(office, one)
    assert len(titles(office, Language.ARABIC, query="لقاء")) == 1
