"""The index of releases follows the database: what comes, changes and goes."""

import pytest

from core.models import Release, Version
from monitor.matching.attribute import attribute
from monitor.matching.values import ArticleText
from monitor.models import ReleaseProfile
from monitor.releases import Releases

SENTENCE = (
    "Les équipes mobiles se rendront dans toutes les écoles de la région afin de vérifier"
    " le carnet de chaque enfant avant la fin du mois de mars."
)


@pytest.fixture
def releases(database):
    return Releases(database)


def a_release(database, clock, number, text):
    with database.write() as session:
        row = Release(
            number=number,
            kind="communique",
            zone="Africa/Casablanca",
            created_at=clock.now(),
        )
        row.versions = [
            Version(language="fr", title=f"Titre {number}", body=text, file_name="a.md")
        ]
        session.add(row)
        session.flush()
        return row.id


def covered(releases, clock, text=SENTENCE):
    article = ArticleText(
        id="1", title="", body=text, language="fr", published_at=clock.now()
    )
    return [one.release_id for one in attribute(article, releases.index())]


def test_a_release_that_comes_is_found_and_the_index_is_the_same(
    releases, database, clock
):
    a_release(database, clock, "1/2026", "La pluie revient à Fès cette semaine encore.")
    first = releases.index()
    assert covered(releases, clock) == []
    found = a_release(database, clock, "2/2026", SENTENCE)
    assert covered(releases, clock) == [str(found)]
    assert releases.index() is first


def test_a_version_that_is_added_is_found_too(releases, database, clock):
    changed = a_release(database, clock, "1/2026", "La pluie revient à Fès.")
    assert covered(releases, clock) == []
    with database.write() as session:
        row = session.get_one(Release, changed)
        row.versions.append(
            Version(language="en", title="Title", body=SENTENCE, file_name="b.md")
        )
    text = ArticleText(
        id="1", title="", body=SENTENCE, language="en", published_at=clock.now()
    )
    assert [one.release_id for one in attribute(text, releases.index())] == [
        str(changed)
    ]
    assert len(releases.index()) == 1


def test_what_a_removed_release_held_is_evidence_again(releases, database, clock):
    other = "La directrice a salué des résultats que personne n'attendait si tôt. "
    kept = a_release(database, clock, "1/2026", SENTENCE + " " + other * 3)
    gone = a_release(database, clock, "2/2026", SENTENCE)
    assert covered(releases, clock) == [str(gone)]
    with database.write() as session:
        session.delete(session.get_one(Release, gone))
    assert covered(releases, clock) == [str(kept)]


def test_an_edited_profile_makes_the_release_be_read_anew(releases, database, clock):
    release_id = a_release(database, clock, "1/2026", SENTENCE)
    releases.index()
    with database.write() as session:
        session.add(
            ReleaseProfile(
                release_id=release_id,
                parts={},
                edited_by="watcher",
                edited_at=clock.now(),
            )
        )
    assert covered(releases, clock) == [str(release_id)]
    assert len(releases.index()) == 1
