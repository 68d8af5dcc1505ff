"""Lists on screen: rules tried and kept, members, and whom a release would reach now, and why."""

from datetime import timedelta

import pytest
from contact_rows import a_contact, a_list, filled, typed_form
from screen_makers import an_office, plan, signed_in

from core.values import Role
from distributor.contacts import lines, suppression
from distributor.models import MailingList


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids, approval="off") as opened:
        yield filled(opened)


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def test_a_rule_is_tried_kept_and_changed(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        a_contact(session, "h@press.test", "Hind", languages=["ar"], now=now)
    tried = writer.get("/lists?rule=language:ar")
    assert ">1</strong> contact fits now" in tried.text
    assert "Hind" in tried.text
    form = typed_form(tried, "/lists")
    assert form["rule"] == ["language:ar"]
    with office.database.read() as session:
        assert session.query(MailingList).count() == 1
    answer = writer.post("/lists", data={"rule": "language:ar", "name": "arabe"})
    place = answer.headers["location"]
    assert "Hind" in writer.get(place).text
    shown = writer.get(place + "?rule=language:fr")
    assert ">3</strong> contacts fit now" in shown.text
    sent = {"rule": "language:fr", "was": "language:ar"}
    assert writer.post(place + "/rule", data=sent).status_code == 303
    assert writer.post(place + "/rule", data=sent).status_code == 409
    assert "language:fr" in writer.get("/lists").text


def test_a_rule_that_cannot_be_kept_says_why_beside_it(writer):
    for rule, name, what in (
        ("beat:(", "x", "where a word is expected"),
        ("language:klingon", "x", "cannot be a language"),
        ("language:ar", "", "has no name"),
        ("language:ar", "nationale", "of this name already"),
        ("list:nowhere", "x", "no mailing list called"),
    ):
        answer = writer.post("/lists", data={"rule": rule, "name": name})
        assert answer.status_code == 400
        assert what in answer.text


def test_a_list_is_renamed_left_and_removed_unless_something_was_sent(office, writer):
    assert writer.post("/lists/1/name", data={"name": "presse"}).status_code == 303
    assert "presse" in writer.get("/lists").text
    assert writer.post("/lists/1/take-off", data={"contact": 1}).status_code == 303
    with office.database.read() as session:
        assert len(lines.contacts(session, list_name="presse")) == 2
    with office.database.write() as session:
        empty = a_list(session, "vide").id
    assert writer.post(f"/lists/{empty}/remove").status_code == 303
    plan(signed_in(office, Role.VALIDATOR), list="presse")
    answer = writer.post("/lists/1/remove")
    assert answer.status_code == 409
    assert "must stay provable" in answer.text
    assert signed_in(office, Role.READER).post("/lists/1/remove").status_code == 403


def test_each_one_says_why_and_who_is_left_out_is_struck_not_hidden(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        people = {
            name: a_contact(session, f"{name}@press.test", name, now=now, **facts)
            for name, facts in {
                "arabe": {"languages": ["ar", "fr"]},
                "amazigh": {"languages": ["zgh"]},
                "muet": {"languages": []},
                "pause": {"paused_until": now + timedelta(days=9)},
                "opposé": {},
                "nuit": {"quiet_from": "00:00", "quiet_until": "23:00"},
                "Amal": {"outlet": "Atlas"},
                "amal ": {"outlet": "ATLAS"},
            }.items()
        }
        suppression.suppress(session, "opposé@press.test", reason="opposed", now=now)
        number = a_list(session, "toutes", *people.values()).id
    page = writer.get(f"/lists/{number}/audience?release=1").text
    for said in (
        "would reach 6 contacts",
        "their first has no version",
        "None of their languages has a version",
        "They said no language",
        "asked for a pause",
        "opposed to being mailed",
        "their quiet hours",
        "Of the same name at the same outlet",
        "Was put on the list by hand.",
    ):
        assert said in page, said
    assert page.count("row struck") == 2
    with office.database.write() as session:
        fits = a_list(
            session,
            "regle",
            rule={
                "all": [
                    {"field": "outlet", "value": "atlas"},
                    {"not": {"field": "kind", "value": "newsroom"}},
                ]
            },
        ).id
    page = writer.get(f"/lists/{fits}/audience?release=1&at=2026-12-01T10:00").text
    assert "would reach 2 contacts" in page
    assert '<code dir="ltr">outlet:atlas</code>' in page
    assert writer.get(f"/lists/{fits}/audience?release=1&at=x").status_code == 400
    assert writer.get(f"/lists/{fits}/audience?release=9").status_code == 404


def test_a_trial_says_what_planning_does(office, writer):
    with office.database.write() as session:
        suppression.suppress(
            session, "n0@press.test", reason="opposed", now=office.clock.now()
        )
    page = writer.get("/lists/1/audience?release=1").text
    assert "would reach 2 contacts" in page
    place = plan(signed_in(office, Role.VALIDATOR))
    assert writer.get(place + "/counts").json()["total"] == 2
    again = writer.get("/lists/1/audience?release=1").text
    assert "Has it already, by dispatch 1." in again
