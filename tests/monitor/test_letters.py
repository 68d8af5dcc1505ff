"""Newsletters are sources: whose letter it is, what it lists, and when none comes."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from fake_web import FakeWeb
from listening_makers import a_source
from sqlalchemy import select

from core.bounded import Bounded
from core.ids import CountedIds
from core.mailbox import Maildir
from core.settings import Settings
from monitor.intake import claiming
from monitor.intake.parsing import Parsing
from monitor.intake.poll import NEVER
from monitor.letters import NEWSLETTERS, Letters
from monitor.models import Article, Source
from monitor.pipeline import Pipeline

TITLES = [
    "Le port de Nador ouvre ses quais au commerce",
    "Rabat réunit ses agences urbaines mercredi",
]


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "letters" / name).mkdir(parents=True)
    return tmp_path / "letters"


@pytest.fixture
def make(database, clock, bounded):
    def letters(box):
        parsing = Parsing(bounded=bounded)
        given = {
            "database": database,
            "clock": clock,
            "timer": clock,
            "ids": CountedIds(),
            "parsing": parsing,
            "settings": Settings(),
        }
        pipeline = Pipeline(**given, web=FakeWeb(), windows=lambda _: [])
        return Letters(**given, box=box, keep=pipeline.keep)

    return letters


@pytest.fixture
def letters(make, folder):
    return make(Maildir(folder, NEWSLETTERS))


@pytest.fixture
def newsletter(database, clock):
    def add(outlet, sender):
        with database.write() as session:
            return a_source(
                session,
                clock,
                outlet=outlet,
                kind="newsletter",
                url=f"mailbox:{outlet}",
                options={"sender": sender},
            )

    return add


def put(folder, sender, titles=TITLES, host="a.test"):
    message = EmailMessage()
    message["From"], message["Subject"] = f"La lettre <{sender}>", "La lettre du jour"
    number = len(list(folder.rglob("*.eml*")))
    links = "".join(
        f"<p><a href='https://{host}/actu/{number}{place}-port-nador'>{title}</a></p>"
        for place, title in enumerate(titles)
    )
    message.set_content("Voir la version en ligne.")
    message.add_alternative(f"<html><body>{links}</body></html>", subtype="html")
    path = folder / "new" / f"{number}.eml"
    path.write_bytes(bytes(message))


def urls(database):
    with database.read() as session:
        return sorted(session.scalars(select(Article.url)))


def test_a_letter_brings_its_articles_and_is_put_away(
    letters, newsletter, folder, database
):
    newsletter("A", "lettre@a.test")
    put(folder, "lettre@a.test")
    (report,) = letters.run_due()
    assert (report.new, report.state) == (2, "ok")
    assert urls(database) == [f"https://a.test/actu/0{n}-port-nador" for n in (0, 1)]
    assert list((folder / "new").iterdir()) == []
    assert letters.run_due() == []


def test_a_paused_newsletter_is_left_alone(letters, newsletter, folder, database):
    paused = newsletter("A", "lettre@a.test")
    newsletter("B", "lettre@b.test")
    with database.write() as session:
        session.get_one(Source, paused).next_poll_at = NEVER
    put(folder, "lettre@a.test")
    letters.run_due()
    assert urls(database) == []
    with database.read() as session:
        assert session.get_one(Source, paused).next_poll_at == NEVER


def test_each_letter_belongs_to_its_sender_s_source(letters, newsletter, folder):
    first, second = newsletter("A", "a.test"), newsletter("B", "b.test")
    put(folder, "lettre@b.test", host="b.test")
    assert {one.source: one.new for one in letters.run_due()} == {first: 0, second: 2}


def test_a_letter_of_nobody_is_left_for_a_person(letters, newsletter, folder, database):
    newsletter("A", "a.test")
    put(folder, "promo@spam.test")
    letters.run_due()
    assert urls(database) == []
    (left,) = (folder / "cur").iterdir()
    assert left.name.endswith(":2,"), "it is not marked as read"


def test_a_letter_waits_while_somebody_else_asks_its_newsletter(
    letters, newsletter, folder, database, clock
):
    asked_elsewhere = newsletter("A", "a.test")
    newsletter("B", "b.test")
    with database.write() as session:
        assert claiming.claim_one(
            session, asked_elsewhere, stamp=clock.stamp(), token="another's"
        )
    put(folder, "lettre@a.test")
    letters.run_due()
    assert urls(database) == []
    clock.wait(claiming.LEASE + timedelta(hours=12))
    letters.run_due()
    assert len(urls(database)) == len(TITLES)


def test_letters_whose_articles_are_all_new_are_no_possible_loss(
    letters, newsletter, folder, clock
):
    newsletter("A", "a.test")
    for number in range(3):
        put(
            folder,
            "x@a.test",
            [f"Un grand titre de {word} numéro {number}" for word in "abcdef"],
        )
        (report,) = letters.run()
        assert report.state == "ok"
        clock.wait(timedelta(days=1))


def test_a_newsletter_that_stops_coming_is_quiet(letters, newsletter, folder, clock):
    newsletter("A", "a.test")
    for number in range(4):
        put(folder, "x@a.test", [f"Le grand titre du jour numéro {number} à Rabat"])
        letters.run()
        clock.wait(timedelta(days=1))
    clock.wait(timedelta(days=6))
    (report,) = letters.run()
    assert report.state == "quiet"


def test_without_a_folder_a_newsletter_says_that_none_is_set(
    make, newsletter, database
):
    source_id = newsletter("A", "a.test")
    (report,) = make(None).run_due()
    assert (report.state, report.detail) == (
        "failing",
        "No folder for newsletters is set.",
    )
    with database.read() as session:
        assert session.get_one(Source, source_id).lease is None


def test_a_folder_that_cannot_be_read_is_a_fault_of_every_newsletter(
    make, newsletter, tmp_path
):
    newsletter("A", "a.test")
    (report,) = make(Maildir(tmp_path / "nowhere", NEWSLETTERS)).run_due()
    assert report.state == "failing"
    assert "newsletters" in report.detail
