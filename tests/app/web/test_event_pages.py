"""An event on screen: who comes, answers by telephone, the list for the door, and the door."""

import csv
import io
from datetime import timedelta

import pytest
from contact_rows import filled, typed_form
from event_rows import an_event, comes
from fastapi.testclient import TestClient
from screen_makers import an_office, signed_in
from sqlalchemy import select

from app.reviews.balance import balance
from app.web import make_app
from core.keys import Purpose
from core.values import Language, Role
from distributor.after import attending, gathering
from distributor.models import Answer, WalkIn

GUESTS = {
    "Amal Idrissi": {"outlet": "Atlas", "phone": "0611"},
    "هند العلوي": {"outlet": "هسبريس"},
    "Zaki": {"outlet": "Le Matin"},
    "Muet": {},
}
EVENT = "/releases/2/event"


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        filled(opened)
        with opened.database.write() as session:
            now = clock.now()
            number = an_event(session, now=now, guests=GUESTS)
            comes(
                session,
                number,
                4,
                "coming with camera",
                now=now,
                crew="Omar\n=cmd()",
                plate="12345-أ-6",
                equipment="drone",
            )
            comes(session, number, 5, now=now)
            comes(session, number, 6, "declined", now=now)
        yield opened


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def answers_of(office):
    with office.database.read() as session:
        rows = session.execute(select(Answer.contact_id, Answer.answer))
        return dict(rows.all())


def test_every_state_is_counted_and_shown(writer):
    page = writer.get(EVENT).text
    for count, name in (
        (4, "invited"),
        (1, "come"),
        (1, "come with a camera"),
        (1, "decline"),
        (1, "no answer"),
    ):
        assert f"<strong>{count}</strong> {name}</a>" in page, name
    assert "4 people are expected, crews included." in page
    assert "Remind the 1 who did not answer" in page
    silent = writer.get(f"{EVENT}?wanted=silent").text
    assert "Muet" in silent
    assert "Zaki" not in silent
    assert "Amal" in writer.get(f"{EVENT}?q=12345").text
    assert "هند" in writer.get(f"{EVENT}?q=العلوي").text
    assert writer.get("/releases/1/event").status_code == 400
    assert writer.get("/releases/99/event").status_code == 404


def test_room_and_programme_are_kept_and_two_people_lose_nothing(writer):
    form = typed_form(writer.get(EVENT), EVENT)
    mine = form | {"capacity": "3", "programme": "10:00 Accueil\n\n10:30  Mot"}
    assert writer.post(EVENT, data=mine).status_code == 303
    page = writer.get(EVENT).text
    assert "10:00 Accueil\n10:30 Mot" in page
    assert "More people are expected than the room holds" in page
    late = writer.post(EVENT, data=form | {"capacity": "500"})
    assert late.status_code == 409
    assert 'value="500"' in late.text
    assert "<bdi>3</bdi>" in late.text
    wrong = writer.post(EVENT, data=typed_form(late, EVENT) | {"capacity": "many"})
    assert wrong.status_code == 400
    assert 'id="capacity-wrong"' in wrong.text


def test_an_answer_by_telephone_says_all_there_is(office, writer):
    path = f"{EVENT}/guests/7"
    form = typed_form(writer.get(path), path)
    form |= {"answer": "coming with camera", "crew_size": "2", "plate": "A 1"}
    assert writer.post(path, data=form).status_code == 303
    assert "with 2 more people" in writer.get(EVENT).text
    form = typed_form(writer.get(path), path)
    assert form["answer"] == ["coming with camera"]
    wrong = writer.post(path, data=form | {"crew_size": "99"})
    assert wrong.status_code == 400
    assert 'id="crew_size-wrong"' in wrong.text
    writer.post(path, data=form | {"answer": "declined"})
    with office.database.read() as session:
        kept = session.scalars(select(Answer).where(Answer.contact_id == 7)).one()
        assert (kept.crew_size, kept.plate) == (0, None)
    assert writer.get(f"{EVENT}/guests/999").status_code == 404


def test_the_door_marks_once_undoes_and_keeps_what_was_said(office, writer):
    door = f"{EVENT}/gate"
    page = writer.get(door).text
    assert "Amal" in page
    assert "Muet" not in page
    assert "Muet" in writer.get(f"{door}?q=mue").text
    for _ in range(2):
        answer = writer.post(f"{door}/4", data={"seen": "present"})
        assert answer.headers["location"] == f"{door}?done=4"
    assert answers_of(office)[4] == "present"
    shown = writer.get(f"{door}?done=4").text
    assert ">3</strong> people inside, of 4 expected" in shown
    writer.post(f"{door}/4", data={"seen": "absent"})
    writer.post(f"{door}/4", data={"seen": ""})
    assert answers_of(office)[4] == "coming with camera"
    # Who had said nothing says nothing again.
    writer.post(f"{door}/7", data={"seen": "present"})
    writer.post(f"{door}/7", data={"seen": ""})
    assert 7 not in answers_of(office)
    assert writer.post(f"{door}/7", data={"seen": "late"}).status_code == 400


def test_who_comes_by_themselves_is_noted_once_and_taken_off(office, writer):
    door = f"{EVENT}/gate"
    form = typed_form(writer.get(f"{door}?q=Rachid"), f"{EVENT}/walk-ins")
    assert form["name"] == ["Rachid"]
    for _ in range(3):
        sent = form | {"crew_size": "1", "outlet": "<b>Radio</b>"}
        assert writer.post(f"{EVENT}/walk-ins", data=sent).status_code == 303
    page = writer.get(door).text
    assert ">2</strong> people inside" in page
    assert "&lt;b&gt;Radio" in page
    wrong = writer.post(f"{EVENT}/walk-ins", data=form | {"key": "b", "name": " "})
    assert wrong.status_code == 400
    assert "Write who came." in wrong.text
    assert writer.post(f"{EVENT}/walk-ins/1").status_code == 303
    with office.database.read() as session:
        assert session.scalars(select(WalkIn)).all() == []


def test_a_code_opens_to_the_office_alone_and_reading_it_marks_nobody(office, writer):
    token = attending.gate_token(office.links, 2, 4)
    visitor = TestClient(make_app(office), follow_redirects=False)
    assert visitor.get(f"/gate/{token}").headers["location"].startswith("/login")
    assert visitor.post(f"/gate/{token}", data={"seen": "present"}).status_code == 401
    assert signed_in(office, Role.READER).get(f"/gate/{token}").status_code == 403
    assert "Amal" in writer.get(f"/gate/{token}").text
    assert answers_of(office)[4] == "coming with camera"
    assert writer.post(f"/gate/{token}", data={"seen": "present"}).status_code == 303
    assert "Is inside." in writer.get(f"/gate/{token}").text
    other = office.links.sign(Purpose.ANSWER, "2-4-")
    for guess in ("2-4-", token[:-1] + "x", token.replace("2-4-", "2-5-"), other):
        assert writer.get(f"/gate/{guess}").status_code == 404


def test_the_list_for_the_door_has_everybody_who_comes_in_each_format(office, writer):
    with office.database.write() as session:
        gathering.walk_in(
            session,
            2,
            key="a",
            name="=HYPERLINK()",
            outlet="Radio",
            crew_size="",
            plate="",
            by="w",
            now=office.clock.now(),
        )
    table = writer.get(f"{EVENT}/list/csv?layout=fr")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [
        "Amal Idrissi",
        "هند العلوي",
        "'=HYPERLINK()",
    ]
    assert rows[1][4:] == ["2", "Omar, =cmd()", "12345-أ-6", "drone"]
    assert writer.get(f"{EVENT}/list/xlsx?layout=ar").content.startswith(b"PK")
    pdf = writer.get(f"{EVENT}/list/pdf?layout=bilingual")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["cache-control"] == "no-store"
    assert writer.get(f"{EVENT}/list/docx").status_code == 404
    assert signed_in(office, Role.READER).get(f"{EVENT}/list/csv").status_code == 403


def test_who_came_stands_in_the_balance_also_after_names_are_erased(office, writer):
    door = f"{EVENT}/gate"
    writer.post(f"{door}/4", data={"seen": "present"})
    form = typed_form(writer.get(door), f"{EVENT}/walk-ins")
    writer.post(f"{EVENT}/walk-ins", data=form | {"name": "Rachid"})

    def told():
        with office.database.read() as session:
            report = balance(
                session,
                2,
                language=Language.FRENCH,
                settings=office.settings,
                now=office.clock.now(),
            )
        table = next(one for one in report.tables if one.key == "table:invited")
        return {row[0].text: row[1].number for row in table.rows}

    before = told()
    assert before["answer:present"] == 1
    assert before["answer:walk-in"] == 1
    later = office.clock.now() + timedelta(days=38)
    gone = gathering.forget(
        office.database, office.settings.retention, now=later - timedelta(days=9)
    )
    assert gone == 0
    assert gathering.forget(office.database, office.settings.retention, now=later) == 2
    with office.database.read() as session:
        kept = session.scalars(select(Answer).where(Answer.contact_id == 4)).one()
        assert (kept.crew, kept.plate, kept.equipment) == (None, None, None)
        assert kept.crew_size == 2
        assert session.scalars(select(WalkIn.name)).all() == [""]
    assert told() == before
    assert gathering.forget(office.database, office.settings.retention, now=later) == 0


def test_who_may_only_read_changes_nothing(office):
    reader = signed_in(office, Role.READER)
    assert reader.get(EVENT).status_code == 200
    for path in ("", "/guests/4", "/gate/4", "/walk-ins", "/walk-ins/1"):
        data = {"answer": "coming", "key": "x"}
        assert reader.post(EVENT + path, data=data).status_code == 403, path
    assert reader.get(f"{EVENT}/gate").status_code == 403
