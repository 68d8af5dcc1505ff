"""The profile of a release: proposed, edited part by part, taken back; matching follows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import BadInput, NotFound
from core.models import Release, Version
from monitor import profiles
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.clues import clues
from monitor.matching.values import ArticleText
from monitor.releases import Releases, texts

BODY = (
    "Rabat, le 20 novembre 2026\n\n"
    "L'Agence nationale des ports (ANP) recevra le mercredi 25 novembre 2026 à Nador le "
    "« Delta Horizon », long de 366 mètres, en présence de Mme Salma Tazi.\n\n"
    "Quelque 2 300 conteneurs seront déchargés."
)


@pytest.fixture
def release_id(database, clock):
    with database.write() as session:
        row = Release(
            number="9/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=clock.now(),
        )
        row.versions = [
            Version(language="fr", title="Un navire à Nador", body=BODY, file_name="a")
        ]
        session.add(row)
        session.flush()
        return row.id


def view(database, release_id):
    with database.read() as session:
        return profiles.view(session, release_id)


def edit(database, clock, release_id, **parts):
    with database.write() as session:
        return profiles.edit(session, release_id, parts, by="Salma", now=clock.now())


def text(database, release_id, sent=None):
    with database.read() as session:
        return next(iter(texts(session, [release_id], sent=sent or {})))


def test_a_profile_is_proposed_from_the_text(database, release_id):
    found = view(database, release_id)
    assert found.edited == frozenset()
    assert found.profile.event_days == (date(2026, 11, 25),)
    assert found.profile.event_names == ("Delta Horizon",)
    assert "Salma Tazi" in found.profile.people
    assert "Nador" in found.profile.places
    assert {2300, 366} <= set(found.profile.figures)
    assert any("ANP" in one for one in found.profile.organisations)


def test_only_what_was_changed_is_kept(database, clock, release_id):
    same = view(database, release_id).profile.as_row()
    assert not edit(database, clock, release_id, places=same["places"])
    assert edit(database, clock, release_id, people=["Salma Tazi", "Omar Alami"])
    found = view(database, release_id)
    assert found.edited == {"people"}
    assert found.profile.people == ("Salma Tazi", "Omar Alami")
    assert found.edited_by == "Salma"


def test_what_is_taken_out_is_ignored_and_what_is_given_is_believed(
    database, clock, release_id
):
    edit(
        database,
        clock,
        release_id,
        places=["Oujda"],
        figures=["2 300"],
        sent_at=["2026-11-19T10:00"],
    )
    found = text(database, release_id)
    assert found.places == ("Oujda",)
    assert {"Nador", "366"} <= set(found.ignored)
    assert found.published_at == datetime(2026, 11, 19, 10, tzinfo=UTC)


def test_an_edit_is_seen_by_the_index_and_taken_back(database, clock, release_id):
    releases = Releases(database)
    before = releases.index().clues(0).names
    assert "oujda" not in before
    edit(database, clock, release_id, places=["Oujda"])
    index = releases.index()
    assert len(index) == 1
    assert index.clues(1).names["oujda"] == 2.0
    with database.write() as session:
        assert profiles.reset(session, release_id, by="Salma", now=clock.now())
        assert not profiles.reset(session, release_id, by="Salma", now=clock.now())
    assert "oujda" not in releases.index().clues(2).names


@pytest.mark.parametrize(
    ("part", "item", "said"),
    [
        ("event_days", "le 5 mai", "is not a day"),
        ("figures", "beaucoup", "is not a number"),
        ("people", "x" * 300, "too long"),
        ("sent_at", "hier", "hier"),
        ("colour", "red", "no part called"),
    ],
)
def test_a_wrong_item_is_refused_and_nothing_is_kept(  # noqa: PLR0917 - fixtures
    database, clock, release_id, part, item, said
):
    with pytest.raises(BadInput, match=said):
        edit(database, clock, release_id, **{"people": ["Omar"], part: [item]})
    assert view(database, release_id).edited == frozenset()


def test_a_release_that_is_not_there_is_said(database):
    with pytest.raises(NotFound):
        view(database, 7)


def test_a_release_counts_as_sent_when_its_first_dispatch_left(
    database, clock, release_id
):
    left = datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert text(database, release_id, {release_id: left}).published_at == left


def test_one_that_was_never_sent_counts_from_its_dateline(database, release_id):
    assert text(database, release_id).published_at.date() == date(2026, 11, 20)


def test_else_from_the_end_of_its_embargo(database, clock, release_id):
    with database.write() as session:
        session.get_one(Release, release_id).embargo_at = clock.now()
    assert text(database, release_id).published_at == clock.now()


def test_a_day_that_is_taken_out_is_ignored(database, clock, release_id):
    edit(database, clock, release_id, event_days=[])
    assert not clues(text(database, release_id)).days


def test_a_title_is_no_name_and_an_event_no_person(database, release_id):
    people = view(database, release_id).profile.people
    assert people == ("Salma Tazi",)
    (organisation,) = view(database, release_id).profile.organisations
    assert organisation.startswith("Agence")


def test_digits_of_any_script_are_read_and_halves_are_refused(
    database, clock, release_id
):
    edit(database, clock, release_id, event_days=["٢٠٢٦-١١-٢٤"], figures=["٢ ٣٠٠"])
    found = view(database, release_id).profile
    assert (found.event_days, found.figures) == ((date(2026, 11, 24),), (2300,))
    with pytest.raises(BadInput, match="is not a number"):
        edit(database, clock, release_id, figures=["1.5"])


def test_a_leak_in_other_words_days_before_the_embargo_is_found(
    database, clock, release_id
):
    with database.write() as session:
        row = session.get_one(Release, release_id)
        row.embargo_at = clock.now() + timedelta(days=3)
    leak = ArticleText(
        id="1",
        title="Nador attend le Delta Horizon",
        body=(
            "Le porte-conteneurs Delta Horizon, qui mesure 366 mètres, accostera mercredi 25 "
            "novembre à Nador avec 2 300 boîtes à bord, a appris notre journal de l'ANP."
        ),
        language="fr",
        published_at=clock.now() + timedelta(hours=1),
    )
    (found,) = attribute(leak, ReleaseIndex([text(database, release_id)]))
    assert found.before_embargo
    assert not found.passages
    early = replace(leak, published_at=clock.now() - timedelta(days=2))
    assert attribute(early, ReleaseIndex([text(database, release_id)])) == []
