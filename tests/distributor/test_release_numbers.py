from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_makers import ZONE
from sqlalchemy import select

from core.errors import BadInput, NotFound
from core.models import Release
from distributor.releases import importing, numbers

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
A_VERSION = importing.ImportedVersion(
    language="fr", title="Titre", body="Texte.", file_name="note.fr.md"
)


def stored(session, number="auto", *, kind="communique", parent=""):
    return importing.store(
        session,
        kind=kind,
        number=number,
        versions=[A_VERSION],
        zone=ZONE,
        embargo_wall=None,
        event_wall=None,
        now=NOW,
        details=importing.Details(parent=parent),
    )


def test_a_release_without_a_number_takes_the_next_of_the_year(database):
    with database.write() as session:
        stored(session, "N° 112/2026")
        stored(session, "7/2025")
        stored(session, "Sans suite")
        assert stored(session).number == "113/2026"
        assert stored(session, "").number == "114/2026"


@pytest.mark.parametrize(
    "again", ["112/2026", "112-2026", "n° 112/2026", " 112 / 2026 "]
)
def test_one_number_is_given_once_however_it_is_written(database, again):
    with database.write() as session:
        stored(session, "112/2026")
        with pytest.raises(BadInput, match="already"):
            stored(session, again)
        assert stored(session, "112/2025").ordinal == 112


def test_a_number_of_another_style_has_no_place_in_the_year(database):
    with database.write() as session:
        release = stored(session, "Cab/MATNUHPV")
        assert (release.year, release.ordinal) == (None, None)


def test_two_who_number_at_once_never_get_the_same(each_database):
    both = Barrier(4)

    def number():
        both.wait()
        for _ in range(5):
            with each_database.write() as session:
                stored(session)

    workers = [Thread(target=number) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with each_database.read() as session:
        ordinals = session.scalars(select(Release.ordinal)).all()
    assert sorted(ordinals) == [*range(1, 21)]


@pytest.mark.parametrize("kind", ["correction", "cancellation", "reminder"])
def test_a_kind_that_speaks_of_another_release_names_it(database, kind):
    with database.write() as session:
        first = stored(session, "112/2026")
        with pytest.raises(BadInput, match="speaks of another one") as caught:
            stored(session, kind=kind)
        assert caught.value.to == "parent"
        for parent in ("112/2026", "112-2026", str(first.id)):
            assert stored(session, kind=kind, parent=parent).parent_id == first.id
        for parent in ("9/1999", "99", "9" * 40):
            with pytest.raises(NotFound):
                stored(session, kind=kind, parent=parent)


@given(st.integers(1, 999_999), st.integers(1000, 9999), st.sampled_from("/-"))
def test_a_number_is_read_back_as_it_is_written(ordinal, year, sign):
    number = numbers.Number(year=year, ordinal=ordinal)
    assert numbers.parse(str(number).replace("/", sign)) == number


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_numbers(text):
    found = numbers.parse(text)
    assert found is None or found.ordinal > 0
