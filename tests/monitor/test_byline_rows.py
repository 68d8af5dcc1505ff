"""By-lines of covering articles as rows: proposed, decided, remembered, let go."""

from datetime import timedelta

import pytest
from listening_makers import PARAGRAPHS, a_release, a_source, an_entry, stored
from sqlalchemy import select

from core.errors import NotFound
from core.models import Outlet
from core.values import ContactName
from monitor import authors, coverage
from monitor.authors import Authors
from monitor.learning import Learning
from monitor.matching.values import Label
from monitor.models import Article, Byline, Coverage
from monitor.releases import Releases
from monitor.sifting import Sifter, Watching
from monitor.states import Decision, TextFrom
from monitor.stories import Stories

PRINTED = "\n\n".join(PARAGRAPHS)
NADIA = ContactName(contact_id=1, name="Nadia El Amrani", outlets=("Le 360",))
HIND = ContactName(contact_id=2, name="هند العلوي", outlets=("Hespress",))


@pytest.fixture
def contacts():
    return [NADIA, HIND]


@pytest.fixture
def named(each_database, contacts):
    return Authors(each_database, lambda _: list(contacts))


@pytest.fixture
def covering(each_database, clock):
    """Store an article with a by-line that covers a release; its id."""

    def make(author, outlet="Le 360", *, name="1", outlet_ar=""):
        with each_database.write() as session:
            source_id = a_source(
                session, clock, outlet=outlet, host="a.test", path=f"/{outlet}{name}"
            )
            session.query(Outlet).filter_by(name=outlet).one().name_ar = outlet_ar
            entry = an_entry(f"{outlet}-{name}".replace(" ", ""), author=author)
            stored(session, clock, source_id, entry)
            article = session.scalars(
                select(Article).order_by(Article.id.desc())
            ).first()
            release_id = session.query(Coverage.release_id).limit(1).scalar()
            coverage.add(
                session,
                article_id=article.id,
                release_id=release_id or a_release(session, clock),
                label=Label.MENTION,
                by="test",
                now=clock.now(),
            )
            return article.id

    return make


@pytest.fixture
def lines(each_database):
    def lines(article_id):
        with each_database.read() as session:
            return list(authors.of_articles(session, [article_id]).get(article_id, ()))

    return lines


@pytest.fixture
def decide(each_database, clock):
    def decide(line, decision):
        clock.wait(timedelta(minutes=1))
        with each_database.write() as session:
            return authors.decide(
                session, line.id, decision, by="Salma", now=clock.now()
            )

    return decide


def test_a_sure_by_line_is_the_machine_s_until_a_person_speaks(
    named, covering, lines, clock, decide
):
    article_id = covering("Par Nadia El Amrani avec MAP")
    assert named.find([article_id], now=clock.now()) == 1
    (line,) = lines(article_id)
    assert (line.contact_id, line.printed) == (1, "Nadia El Amrani")
    assert (line.is_sure, line.counts, line.decision) == (True, True, "proposed")
    assert [one["code"] for one in line.reasons] == [
        "byline-same-name",
        "byline-same-outlet",
    ]
    assert decide(line, Decision.REJECTED) == article_id
    (line,) = lines(article_id)
    assert (line.counts, line.decided_by) == (False, "Salma")


def test_a_question_counts_only_when_a_person_confirms_it(
    named, covering, lines, clock, decide
):
    article_id = covering("N. El Amrani")
    named.find([article_id], now=clock.now())
    (line,) = lines(article_id)
    assert not line.counts
    decide(line, Decision.CONFIRMED)
    assert lines(article_id)[0].counts


def test_finding_twice_keeps_nothing_twice_and_leaves_decisions(
    named, covering, lines, clock, decide
):
    article_id = covering("N. El Amrani")
    named.find([article_id], now=clock.now())
    decide(lines(article_id)[0], Decision.CONFIRMED)
    before = lines(article_id)
    assert named.find([article_id], now=clock.now()) == 0
    assert lines(article_id) == before


def test_a_confirmed_pair_is_remembered_at_its_outlet_and_nowhere_else(
    named, covering, lines, clock, decide
):
    first, waiting = covering("N. El Amrani"), covering("N. El Amrani", name="2")
    elsewhere = covering("N. El Amrani", "Hespress")
    named.look_back(now=clock.now())
    decide(lines(first)[0], Decision.CONFIRMED)
    named.look_back(now=clock.now())
    (line,) = lines(waiting)
    assert line.is_sure
    assert [one["code"] for one in line.reasons] == ["byline-remembered"]
    assert lines(elsewhere) == []


def test_a_rejected_pair_is_not_proposed_again_at_its_outlet(
    named, covering, lines, clock, decide
):
    first, waiting = covering("N. El Amrani"), covering("N. El Amrani", name="2")
    named.look_back(now=clock.now())
    assert lines(waiting)
    decide(lines(first)[0], Decision.REJECTED)
    named.look_back(now=clock.now())
    assert lines(waiting) == []
    assert [one.decision for one in lines(first)] == ["rejected"]


def test_confirming_one_of_two_namesakes_rejects_the_other(
    *, named, covering, lines, clock, decide, contacts
):
    contacts.append(
        ContactName(contact_id=3, name="Nadia El Amrani", outlets=("Le 360",))
    )
    article_id = covering("Nadia El Amrani et Hind Alaoui", "Le 360")
    named.find([article_id], now=clock.now())
    found = {line.contact_id: line for line in lines(article_id)}
    assert not any(line.counts for line in found.values())
    decide(found[3], Decision.CONFIRMED)
    found = {line.contact_id: line.decision for line in lines(article_id)}
    assert found == {3: "confirmed", 1: "rejected", 2: "proposed"}


def test_a_contact_that_comes_later_is_found_by_looking_back(
    named, covering, lines, clock, contacts
):
    article_id = covering("Omar Radi")
    assert named.look_back(now=clock.now()) == 0
    contacts.append(ContactName(contact_id=7, name="عمر الراضي", outlets=("Le 360",)))
    assert named.look_back(now=clock.now()) == 1
    assert [line.contact_id for line in lines(article_id)] == [7]
    assert named.look_back(now=clock.now()) == 0


def test_a_contact_that_moved_is_proposed_anew(named, covering, lines, clock, contacts):
    article_id = covering("Nadia El Amrani")
    named.look_back(now=clock.now())
    assert lines(article_id)[0].is_sure
    contacts[0] = ContactName(
        contact_id=1, name="Nadia El Amrani", outlets=("Hespress", "Le 360")
    )
    named.look_back(now=clock.now())
    (line,) = lines(article_id)
    assert not line.is_sure
    assert line.reasons[-1]["code"] == "byline-outlet-before"


def test_coverage_entered_by_hand_gets_its_by_line_by_looking_back(
    named, covering, lines, clock
):
    named.look_back(now=clock.now())
    article_id = covering("Nadia El Amrani")
    assert named.look_back(now=clock.now()) == 1
    assert lines(article_id)


def test_a_contact_that_is_gone_leaves_nothing_not_even_decisions(
    *, named, covering, lines, clock, contacts, decide, each_database
):
    article_id = covering("N. El Amrani")
    named.find([article_id], now=clock.now())
    decide(lines(article_id)[0], Decision.CONFIRMED)
    contacts.remove(NADIA)
    named.look_back(now=clock.now())
    with each_database.read() as session:
        assert session.query(Byline).count() == 0


def test_what_is_decided_of_two_contacts_that_become_one_holds_for_it(
    *, named, covering, lines, clock, decide, each_database
):
    article_id = covering("N. El Amrani")
    named.find([article_id], now=clock.now())
    decide(lines(article_id)[0], Decision.CONFIRMED)
    with each_database.write() as session:
        authors.join(session, 5, 1)
    assert [(line.contact_id, line.counts) for line in lines(article_id)] == [(5, True)]


def test_an_article_whose_coverage_is_rejected_names_nobody(
    named, covering, lines, clock, each_database
):
    article_id = covering("Nadia El Amrani")
    with each_database.write() as session:
        session.query(Coverage).one().decision = Decision.REJECTED
    assert named.find([article_id], now=clock.now()) == 0


def test_a_person_can_read_what_is_kept_of_them(named, covering, clock, each_database):
    named.find([covering("Nadia El Amrani")], now=clock.now())
    with each_database.read() as session:
        (kept,) = authors.of_contacts(session, [1])
    assert (kept["name"], kept["outlet"]) == ("Nadia El Amrani", "Le 360")


def test_deciding_what_is_not_there_says_where_to_look(each_database, clock):
    with each_database.write() as session, pytest.raises(NotFound, match="by-line 9"):
        authors.decide(session, 9, Decision.CONFIRMED, by="x", now=clock.now())


def test_hostile_names_are_kept_as_text(named, covering, lines, clock, contacts):
    contacts.append(
        ContactName(
            contact_id=8,
            name="<b>Karim</b> \u202eTazi" + "x" * 500,
            outlets=("Le 360",),
        )
    )
    article_id = covering("\u202eNadia El\u200f Amrani\u202c, " + "<script>" * 300)
    named.find([article_id], now=clock.now())
    (line,) = lines(article_id)
    assert line.printed == "Nadia El Amrani"


def test_sifting_names_the_author_and_again_when_it_is_learnt(
    each_database, clock, named, lines
):
    sifter = Sifter(
        database=each_database,
        clock=clock,
        timer=clock,
        releases=Releases(each_database),
        watching=Watching(each_database),
        stories=Stories(each_database),
        learning=Learning(each_database),
        authors=named,
    )
    with each_database.write() as session:
        a_release(session, clock)
        source_id = a_source(session, clock, outlet="Le 360")
        stored(session, clock, source_id, an_entry("1", "Agences urbaines à Rabat"))
        article = session.scalars(select(Article)).one()
        article.full_text, article.text_from = PRINTED, TextFrom.PAGE.value
        article.reads, article.next_read_at = 1, None
        article.sift_at = clock.stamp()
        article_id = article.id
    sifter.run_due()
    assert lines(article_id) == []
    with each_database.write() as session:
        article = session.get_one(Article, article_id)
        article.author, article.sift_at = "Nadia El Amrani", clock.stamp()
    sifter.run_due()
    assert [line.contact_id for line in lines(article_id)] == [1]
