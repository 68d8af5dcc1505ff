"""Contacts on screen: browsed, shown, changed, merged, undone and erased."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from contact_rows import a_contact, a_list, filled, typed_form
from screen_makers import an_office, signed_in
from sqlalchemy import select

from core.values import Role
from distributor.contacts import suppression
from distributor.models import Contact, ContactBatch, Employment, Suppression


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        yield filled(opened)


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def test_everybody_is_found_by_a_part_of_any_name_in_any_spelling(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        a_contact(session, "h@press.test", "هند العلويّ", outlet="هسبريس", now=now)
        a_contact(session, "e@press.test", "Élodie", beats=["Économie"], now=now)
    for asked, seen in (
        ("elod", "Élodie"),
        ("econ", "Élodie"),
        ("العلوي", "هند"),
        ("e@press", "Élodie"),
    ):
        page = writer.get("/contacts", params={"q": asked}).text
        assert seen in page
        assert "1 contact" in page
        assert "Nadia 0" not in page
    assert "Nobody fits" in writer.get("/contacts?q=xyz").text


def test_filters_stand_in_the_address_and_narrow_together(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        one = a_contact(
            session,
            "a@press.test",
            "Amal",
            languages=["ar", "fr"],
            outlet="Atlas",
            now=now - timedelta(days=400),
        )
        a_contact(session, "b@press.test", "Badr", languages=["ar"], now=now)
        suppression.suppress(session, "a@press.test", reason="bounced", now=now)
        list_id = a_list(session, "atlas", one).id
        fits = a_list(session, "arabe", rule={"field": "language", "value": "ar"}).id
    for query in (
        f"list={list_id}",
        f"list={fits}&outlet=Atlas",
        "language=ar&reach=suppressed",
        "since=2026-01-01",
        "outlet=Atlas&kind=journalist",
    ):
        page = writer.get(f"/contacts?{query}").text
        assert "Amal" in page, query
        assert "Badr" not in page, query
    assert "Amal" not in writer.get("/contacts?language=ar&reach=mailable").text
    assert writer.get("/contacts?since=2026-13-45").status_code == 400
    assert writer.get("/contacts?list=99").status_code == 404


def test_thousands_come_some_at_a_time_each_once(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        session.add_all(
            Contact(
                address=f"m{place}@press.test",
                address_key=f"m{place}@press.test",
                # Several of one name: the page's edge may stand between them.
                name=f"Membre {place // 7}",
                languages=["fr"],
                beats=[],
                created_at=now,
                updated_at=now,
            )
            for place in range(120)
        )
    for start in ("/contacts", "/contacts?q=membre"):
        seen, path = [], start
        while path:
            page = writer.get(path).text
            rows = page.split("data-rows")[1]
            seen += [
                part.split("<")[0]
                for part in rows.split('dir="ltr" class="address">')[1:]
            ]
            more = [
                one
                for one in page.split('href="')
                if "after=" in one[:200] and "The next" in one
            ]
            path = more[0].split('"')[0].replace("&amp;", "&") if more else ""
        ours = [one for one in seen if one.startswith("m")]
        assert len(ours) == len(set(ours)) == 120


def test_one_contact_says_where_they_worked_and_what_was_sent(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        one = a_contact(session, "s@press.test", "Sara", outlet="Atlas", now=now)
        session.add_all(
            [
                Employment(
                    contact_id=one.id,
                    outlet="Le Matin",
                    until=(now - timedelta(days=240)).date(),
                ),
                Employment(contact_id=one.id, outlet="Atlas"),
            ]
        )
        number = one.id
    page = writer.get(f"/contacts/{number}").text
    assert "left in <bdi>2026-03</bdi>" in page
    assert page.index("Atlas") < page.index("Le Matin")
    assert "Nothing was sent to them yet" in page
    assert writer.get("/contacts/999").status_code == 404


def test_a_change_closes_an_employment_is_told_and_undone(office, writer):
    page = writer.get("/contacts/1/edit")
    form = typed_form(page, "/contacts/1/edit") | {
        "outlet": "Le Matin",
        "provenance": "salon",
        "beats": "urbanisme, logement",
    }
    answer = writer.post("/contacts/1/edit", data=form)
    assert answer.status_code == 303
    shown = writer.get(answer.headers["location"]).text
    assert "It is done." in shown
    assert "Change by hand" in shown
    assert "<ins><bdi>urbanisme, logement</bdi></ins>" in shown
    moved = typed_form(writer.get("/contacts/1/edit"), "/contacts/1/edit")
    writer.post("/contacts/1/edit", data=moved | {"outlet": "Atlas"})
    left = writer.get("/contacts/1").text
    assert "left in <bdi>2026-11</bdi>" in left
    with office.database.read() as session:
        last = session.scalars(select(ContactBatch.id)).all()[-1]
    answer = writer.post(f"/contacts/batches/{last}/undo", data={"contact": "1"})
    assert answer.headers["location"] == "/contacts/1"
    with office.database.read() as session:
        assert session.get_one(Contact, 1).outlet == "Le Matin"


def test_two_people_never_lose_each_others_words(office, writer):
    mine = typed_form(writer.get("/contacts/1/edit"), "/contacts/1/edit")
    theirs = mine | {"phone": "0611", "provenance": "salon"}
    assert writer.post("/contacts/1/edit", data=theirs).status_code == 303
    answer = writer.post(
        "/contacts/1/edit", data=mine | {"phone": "0622", "provenance": "annuaire"}
    )
    assert answer.status_code == 409
    assert 'value="0622"' in answer.text
    assert "The other person wrote:" in answer.text
    assert "<bdi>0611</bdi>" in answer.text
    again = typed_form(answer, "/contacts/1/edit")
    assert writer.post("/contacts/1/edit", data=again).status_code == 303
    with office.database.read() as session:
        assert session.get_one(Contact, 1).phone == "0622"


WRONG = {
    "not a mail address": {"address": "nobody"},
    "Another contact has this address": {"address": "n1@press.test"},
    "where this contact comes from": {"provenance": " "},
    "not two hours": {"quiet": "22"},
    "A pause ends": {"paused_until": "1999-01-01"},
    "longer than any contact": {"name": "x" * 300},
    "not on offer": {"language": ["xx"]},
}


def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_typed(writer):
    form = typed_form(writer.get("/contacts/1/edit"), "/contacts/1/edit")
    form |= {"provenance": "salon", "phone": "077"}
    for what, change in WRONG.items():
        answer = writer.post("/contacts/1/edit", data=form | change)
        assert answer.status_code == 400
        assert what in answer.text
        assert 'value="077"' in answer.text


def test_a_contact_is_added_by_hand_and_who_opposed_before_stays_out(office, writer):
    with office.database.write() as session:
        suppression.suppress(
            session, "neuf@press.test", reason="opposed", now=office.clock.now()
        )
    form = typed_form(writer.get("/contacts/new"), "/contacts/new")
    form |= {"address": "neuf@press.test", "name": "Neuf", "provenance": "salon"}
    answer = writer.post("/contacts/new", data=form)
    assert answer.status_code == 303
    assert "opposed to being mailed" in writer.get(answer.headers["location"]).text


def test_a_new_address_takes_the_opposition_along_unless_the_old_one_was_dead(office):
    writer = signed_in(office, Role.WRITER)
    with office.database.write() as session:
        now = office.clock.now()
        suppression.suppress(session, "n0@press.test", reason="opposed", now=now)
        suppression.suppress(session, "n1@press.test", reason="bounced", now=now)
    for number in (1, 2):
        path = f"/contacts/{number}/edit"
        form = typed_form(writer.get(path), path)
        form |= {"address": f"new{number}@press.test", "provenance": "salon"}
        assert writer.post(path, data=form).status_code == 303
    with office.database.read() as session:
        keys = ["new1@press.test", "new2@press.test"]
        assert suppression.suppressed(session, keys) == {"new1@press.test"}


def test_a_suppression_is_lifted_with_a_reason_by_who_may_send(office, writer):
    assert (
        writer.post("/contacts/1/suppress", data={"because": "asked"}).status_code
        == 303
    )
    assert "Only the person can change that" in writer.get("/contacts/1").text
    assert (
        writer.post("/contacts/1/lift", data={"because": "by telephone"}).status_code
        == 403
    )
    validator = signed_in(office, Role.VALIDATOR)
    assert validator.post("/contacts/1/lift", data={"because": " "}).status_code == 400
    assert (
        validator.post("/contacts/1/lift", data={"because": "by telephone"}).status_code
        == 303
    )
    with office.database.read() as session:
        assert session.scalars(select(Suppression)).all() == []


def test_two_addresses_of_one_person_are_previewed_merged_and_parted(office, writer):
    with office.database.write() as session:
        now = office.clock.now()
        a_contact(session, "nadia@gmail.test", "Nadia 0", phone="0611", now=now)
    asked = writer.get("/contacts/1/merge").text
    assert "nadia@gmail.test" in asked
    shown = writer.get("/contacts/1/merge?other=nadia@gmail.test").text
    assert "together" in shown
    assert "0611" in shown
    with office.database.read() as session:
        assert session.get_one(Contact, 1).phone == ""
    answer = writer.post("/contacts/1/merge", data={"other": "nadia@gmail.test"})
    assert answer.headers["location"].startswith("/contacts/1?done=")
    page = writer.get(answer.headers["location"]).text
    assert "nadia@gmail.test" in page
    batch = answer.headers["location"].partition("=")[2]
    assert "Two contacts made one" in writer.get("/contacts/batches").text
    back = writer.post(f"/contacts/batches/{batch}/undo")
    assert back.headers["location"] == f"/contacts/batches?undone={batch}"
    with office.database.read() as session:
        assert session.get_one(Contact, 1).phone == ""
        assert session.scalars(
            select(Contact.name).where(Contact.address_key == "nadia@gmail.test")
        ).all() == ["Nadia 0"]
    again = writer.post(f"/contacts/batches/{batch}/undo")
    assert again.status_code == 409
    assert "was undone already" in again.text


def test_a_merge_that_cannot_be_is_said_beside_the_field(writer):
    for other in ("nobody@press.test", "n0@press.test", "no address"):
        for answer in (
            writer.get("/contacts/1/merge", params={"other": other}),
            writer.post("/contacts/1/merge", data={"other": other}),
        ):
            assert answer.status_code == 400
            assert 'id="other-wrong"' in answer.text


def test_erasing_says_what_is_lost_and_leaves_nothing(office, writer):
    assert writer.get("/contacts/1/erase").status_code == 403
    chief = signed_in(office, Role.ADMINISTRATOR)
    assert "forgotten for good" in chief.get("/contacts/1/erase").text
    assert chief.post("/contacts/1/erase").headers["location"] == "/contacts"
    assert chief.get("/contacts/1").status_code == 404


def test_one_person_gets_everything_as_a_file(writer):
    answer = writer.get("/contacts/1/export")
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.content)) as file:
        told = json.loads(file.read("data.json"))
        assert {"index.html", "index.pdf"} < set(file.namelist())
    assert told["addresses"] == ["n0@press.test"]
    # The page of requests is for administrators, and so is what stands on it.
    assert "requests" not in told


def test_an_administrator_gets_their_requests_too(office):
    answer = signed_in(office, Role.ADMINISTRATOR).get("/contacts/1/export")
    with zipfile.ZipFile(BytesIO(answer.content)) as file:
        assert json.loads(file.read("data.json"))["requests"] == []


def test_who_may_only_read_changes_nothing(office):
    reader = signed_in(office, Role.READER)
    page = reader.get("/contacts/1").text
    assert "/contacts/1/edit" not in page
    for path in ("/contacts/1/edit", "/contacts/new", "/contacts/1/merge"):
        assert reader.get(path).status_code == 403
        assert reader.post(path, data={}).status_code == 403
    for path in ("verified", "left", "suppress"):
        assert reader.post(f"/contacts/1/{path}").status_code == 403
    assert reader.get("/contacts/1/export").status_code == 403


def test_somebody_looked_and_it_counts_from_now_on(office, writer, clock):
    clock.wait(timedelta(days=200))
    assert writer.post("/contacts/1/verified").status_code == 303
    page = writer.get("/contacts?since=2027-01-01").text
    assert "Nadia 1" in page
    assert "Nadia 0" not in page
