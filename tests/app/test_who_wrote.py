"""Who wrote, whose outlet published, who stayed silent: decided from values alone."""

from datetime import UTC, datetime

import pytest
from author_rows import a_contact, a_sent_release, published

from app.reviews.authors import Standing, of_release, who_wrote
from core.models import Release
from core.values import ContactName
from distributor.contacts.names import contact_names
from distributor.models import Answer, Delivery, Employment
from distributor.sending.reach import Reach, Reached
from monitor.authors import BylineLine
from monitor.report import CoverageLine

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def reached(contact_id, outlet="", *, name="Nadia", answer=""):
    return Reached(
        contact_id=contact_id,
        name=name,
        address=f"{contact_id}@x.test",
        kind="journalist",
        outlet=outlet,
        state="accepted",
        answer=answer,
    )


def line(place, outlet, *, outlet_ar="", decision="proposed", author=""):
    return CoverageLine(
        **dict.fromkeys(CoverageLine.__dataclass_fields__)
        | {
            "id": place,
            "article_id": place,
            "title": f"Titre {place}",
            "language": "fr",
            "outlet": outlet,
            "outlet_ar": outlet_ar,
            "author": author,
            "decision": decision,
        }
    )


def byline(place, contact_id, *, score=1.0, decision="proposed"):
    return BylineLine(
        id=place * 100 + contact_id,
        article_id=place,
        contact_id=contact_id,
        printed="N.",
        score=score,
        reasons=[],
        decision=decision,
        decided_by="",
    )


def standings(people, lines, *bylines, names=None, forgotten=0):
    by_article = {}
    for one in bylines:
        by_article.setdefault(one.article_id, []).append(one)
    return who_wrote(
        Reach(contacts=people, forgotten=forgotten), lines, by_article, names or {}
    )


def of_one(person, lines, *bylines):
    (found,) = standings([person], lines, *bylines).lines
    return found


@pytest.mark.parametrize(
    ("score", "decision", "standing"),
    [
        (1.0, "proposed", Standing.WROTE),
        (0.7, "confirmed", Standing.WROTE),
        (0.7, "proposed", Standing.ASKED),
        (1.0, "rejected", Standing.OUTLET),
    ],
)
def test_only_the_sure_and_the_confirmed_are_said_to_have_written(
    score, decision, standing
):
    found = of_one(
        reached(1, "Le 360"),
        [line(1, "Le 360")],
        byline(1, 1, score=score, decision=decision),
    )
    assert found.standing is standing


def test_who_wrote_is_shown_with_the_article_and_its_by_line():
    found = of_one(reached(1), [line(1, "A"), line(2, "B")], byline(2, 1))
    assert [(one.article_id, one.byline.id) for one in found.articles] == [(2, 201)]


def test_an_outlet_is_known_by_either_name():
    for outlet in ("le360", "لو 360", "www.le360.ma"):
        found = of_one(reached(1, outlet), [line(1, "Le 360", outlet_ar="لو 360")])
        assert found.standing is Standing.OUTLET
        assert [one.byline for one in found.articles] == [None]


def test_without_an_outlet_nobody_s_outlet_published():
    assert of_one(reached(1, ""), [line(1, "")]).standing is Standing.SILENT


def test_rejected_coverage_says_nothing():
    found = of_one(
        reached(1, "Le 360"), [line(1, "Le 360", decision="rejected")], byline(1, 1)
    )
    assert found.standing is Standing.SILENT


def test_everybody_is_there_once_the_best_first():
    people = [
        reached(1, name="Zineb"),
        reached(2, "B", name="Amal"),
        reached(3, name="Omar", answer="declined"),
        reached(4, name=""),
    ]
    known = standings(
        people, [line(1, "A"), line(2, "B")], byline(1, 1), byline(2, 1, score=0.5)
    )
    assert [(one.name, str(one.standing)) for one in known.lines] == [
        ("Zineb", "wrote"),
        ("Amal", "outlet published"),
        ("4@x.test", "silent"),
        ("Omar", "silent"),
    ]
    assert sum(known.counts.values()) == len(people)
    assert known.silent.contact_ids == {3, 4}
    assert known.lines[3].answer == "declined"


def test_who_wrote_without_being_sent_it_is_named_apart():
    names = {7: ContactName(contact_id=7, name="Karim", outlets=("Le Point",))}
    known = standings([reached(1)], [line(1, "A")], byline(1, 7), names=names)
    (found,) = known.uninvited
    assert (found.name, found.outlet) == ("Karim", "Le Point")
    assert known.counts[Standing.SILENT] == 1


@pytest.fixture
def sent(each_database):
    with each_database.write() as session:
        for place, (name, outlet) in enumerate(
            [("Nadia El Amrani", "Le 360"), ("هند العلوي", "Hespress"), ("", "Atlas")]
        ):
            a_contact(session, name, outlet, at=AT, place=place)
        a_contact(session, "Rédaction", "MAP", at=AT, place=9, kind="newsroom")
        return a_sent_release(session, at=AT)


def test_a_contact_reached_by_two_dispatches_is_counted_once(each_database, sent):
    with each_database.write() as session:
        release_id = a_sent_release(session, at=AT, number="2/2026", state="refused")
        row = session.query(Delivery).filter_by(contact_id=1, state="accepted").one()
        row.state = "delivered"
        session.add(
            Answer(
                release_id=sent, contact_id=1, answer="coming", said_by="x", said_at=AT
            )
        )
        published(session, sent, outlet="Le 360", author="MAP", at=AT)
    with each_database.read() as session:
        known = of_release(session, sent)
        assert [one.contact_id for one in known.lines] == [1, 3, 4, 2]
        assert known.lines[0].answer == "coming"
        # Refused is not reached.
        assert of_release(session, release_id).lines == []


@pytest.mark.parametrize(
    ("invited", "answer"), [("invitation", "coming"), ("communique", "")]
)
def test_a_release_of_an_event_knows_the_answers_to_its_invitation(
    database, invited, answer
):
    with database.write() as session:
        nadia = a_contact(session, "Nadia", "Le 360", at=AT, place=0)
        before = a_sent_release(session, at=AT, kind=invited)
        after = a_sent_release(session, at=AT, number="2/2026", kind="communique")
        session.get_one(Release, after).parent_id = before
        session.add(
            Answer(
                release_id=before,
                contact_id=nadia,
                answer="coming",
                said_by="x",
                said_at=AT,
            )
        )
    with database.read() as session:
        (line,) = of_release(session, after).lines
    assert line.answer == answer


def test_the_erased_are_counted_and_not_named(each_database, sent):
    with each_database.write() as session:
        session.query(Delivery).filter_by(contact_id=2).one().contact_id = None
    with each_database.read() as session:
        known = of_release(session, sent)
    assert (len(known.lines), known.forgotten) == (3, 1)


def test_newsrooms_and_the_nameless_are_no_names_for_by_lines(each_database, sent):
    with each_database.write() as session:
        session.add(Employment(contact_id=1, outlet="Le Matin"))
        session.add(Employment(contact_id=1, outlet="Le 360"))
    with each_database.read() as session:
        names = contact_names(session)
    assert [one.contact_id for one in names] == [1, 2]
    assert names[0].outlets == ("Le 360", "Le Matin")
