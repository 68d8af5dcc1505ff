import pytest
from editing_makers import ARABIC, FRENCH, a_release, people

from core.errors import BadInput, NotFound
from distributor.releases import comments, drafting

ZONE = "Africa/Casablanca"


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


def begin(session, by, now, **changes):
    asked = {"kind": "communique", "number": "", "parent": "", "zone": ZONE} | changes
    return drafting.begin(session, **asked, by=by, now=now)


def test_a_draft_takes_the_number_that_was_proposed(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    a_release(session, now)
    proposed = drafting.proposed(session, zone=ZONE, now=now)
    made = begin(session, salma, now)
    assert (made.number, made.author_id, list(made.versions)) == (
        proposed,
        salma.id,
        [],
    )
    assert proposed == "113/2026"


@pytest.mark.parametrize(
    ("to", "changes"),
    [
        ("kind", {"kind": "novel"}),
        ("number", {"number": "112-2026"}),
        ("parent", {"kind": "correction"}),
        ("parent", {"parent": "999/2026"}),
    ],
)
def test_a_draft_that_cannot_be_names_its_field(session, clock, to, changes):
    now = clock.now()
    salma, _ = people(session, now)
    a_release(session, now)
    with pytest.raises(BadInput) as told:
        begin(session, salma, now, **changes)
    assert told.value.to == to


def test_a_correction_begins_with_the_words_and_facts_of_what_it_corrects(
    session, clock
):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    release.signatory = "Le ministre"
    made = drafting.follow_up(
        session, release, kind="correction", zone=ZONE, by=salma, now=now
    )
    assert (made.kind, made.parent_id, made.signatory) == (
        "correction",
        release.id,
        "Le ministre",
    )
    assert [(one.title, one.body) for one in made.versions] == [FRENCH, ARABIC]


def test_only_corrections_and_cancellations_follow_up(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    with pytest.raises(BadInput):
        drafting.follow_up(
            session,
            a_release(session, now),
            kind="communique",
            zone=ZONE,
            by=salma,
            now=now,
        )


def test_open_remarks_stand_before_those_that_are_done(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    first = comments.add(
        session, release, language="fr", text=" Le jour ? ", by=salma, now=now
    )
    comments.add(session, release, language="", text="Le lieu ?", by=karim, now=now)
    comments.resolve(session, release.id, first.id, is_resolved=True, by=karim, now=now)
    told = comments.listed(session, release.id)
    assert [(one.text, one.by, one.resolved_by) for one in told] == [
        ("Le lieu ?", "Karim", ""),
        ("Le jour ?", "Salma", "Karim"),
    ]
    comments.resolve(
        session, release.id, first.id, is_resolved=False, by=karim, now=now
    )
    assert comments.listed(session, release.id)[1].resolved_at is None


def test_a_remark_needs_words_and_belongs_to_its_release(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    with pytest.raises(BadInput):
        comments.add(session, release, language="", text="  ", by=salma, now=now)
    with pytest.raises(NotFound):
        comments.resolve(session, release.id, 9, is_resolved=True, by=salma, now=now)
