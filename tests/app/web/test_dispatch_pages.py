"""Planning, signing and steering a dispatch at the screen, as the account that signed in."""

import re

import pytest
from bs4 import BeautifulSoup
from screen_makers import (
    WHY,
    a_correction,
    an_office,
    confirmed,
    fill,
    plan,
    sheet,
    signed_in,
    typed,
)

from app.migrations.history import upgrade
from core.models import Account, Attachment, Release
from core.values import Role
from distributor.after import answers
from distributor.models import Approval, Attempt, Delivery, Dispatch
from distributor.sending import delegation, hold


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


@pytest.fixture
def enter(office):
    def as_(name, *, of=office):
        return signed_in(of, name)

    return as_


def seal_on(page):
    return re.search(r'name="seal" value="([0-9a-f]+)"', page.text)[1]


def rows(office, kind):
    with office.database.read() as session:
        return session.query(kind).order_by(kind.id).all()


def approve(client, path):
    return client.post(f"{path}/approve", data={"seal": seal_on(client.get(path))})


def test_the_page_says_what_goes_to_whom_when_and_from_where(enter):
    client = enter(Role.WRITER)
    text = client.get(plan(client, at="2026-11-25T10:00")).text
    for part in ("Rencontre des agences", "3 recipients", "outbox", "nationale"):
        assert part in text
    assert "”. It leaves through" in re.sub(r"<[^>]+>", "", text)
    assert "presse@ministere.test" in text
    # Casablanca keeps UTC+0 this winter, and both hours are said.
    assert text.count("25/11/2026, 10:00") >= 2
    assert "UTC" in text


def test_an_amber_finding_asks_for_its_reason_and_keeps_what_was_typed(enter, office):
    client = enter(Role.WRITER)
    page = client.get("/releases/1")
    sent = typed(page, at="2026-11-25T10:00", reason=[""] * 20)
    answer = client.post("/releases/1/plan", data=sent)
    assert answer.status_code == 409
    assert 'value="2026-11-25T10:00"' in answer.text
    assert "finding-amber" in answer.text
    assert rows(office, Dispatch) == []


def test_an_hour_that_has_passed_comes_back_with_what_was_typed(enter, office):
    client = enter(Role.WRITER)
    page = client.get("/releases/1")
    answer = client.post(
        "/releases/1/plan", data=typed(page, at="2026-11-20T10:00", list="nationale")
    )
    assert answer.status_code in {400, 409}
    assert 'value="2026-11-20T10:00"' in answer.text
    assert rows(office, Dispatch) == []


def test_a_form_sent_twice_plans_once(enter, office):
    """Case 11 at the screen: the key of the form names the wish."""
    client = enter(Role.WRITER)
    path = plan(client, key="one-wish")
    read = sheet(client, key="one-wish")
    again = client.post("/releases/1/plan", data=confirmed(read))
    assert (again.status_code, again.headers["location"]) == (303, path)
    assert len(rows(office, Dispatch)) == 1


def test_the_number_of_recipients_is_typed_before_anything_is_planned(enter, office):
    client = enter(Role.WRITER)
    read = sheet(client, at="2026-11-25T10:00")
    assert (read.status_code, rows(office, Dispatch)) == (200, [])
    said = BeautifulSoup(read.text, "lxml").select_one("#plan").get_text(" ")
    for part in ("3 recipients", "nationale", "outbox", "Nadia 0", "A second person"):
        assert part in said
    fields = confirmed(read)
    wrong = client.post("/releases/1/plan", data=fields | {"confirmed": "4"})
    assert (wrong.status_code, rows(office, Dispatch)) == (409, [])
    assert (
        "You typed 4, and it reaches 3 recipients."
        in BeautifulSoup(wrong.text, "lxml").get_text()
    )
    # An Arabic keyboard's digits are digits.
    right = client.post("/releases/1/plan", data=fields | {"confirmed": "٣"})
    assert (right.status_code, len(rows(office, Dispatch))) == (303, 1)


def test_whoever_changes_their_mind_at_the_confirmation_finds_what_they_typed(
    enter, office
):
    client = enter(Role.WRITER)
    fields = confirmed(sheet(client, at="2026-11-25T10:00"))
    back = client.post(
        "/releases/1/plan", data=fields | {"confirmed": "", "change": "true"}
    )
    assert (back.status_code, rows(office, Dispatch)) == (200, [])
    assert 'value="2026-11-25T10:00"' in back.text
    assert back.text.count(f'value="{WHY}"') == len(fields["check"])


def test_the_same_plan_from_a_second_form_is_asked_about(enter, office):
    client = enter(Role.WRITER)
    plan(client, at="2026-11-25T10:00")
    page = client.get("/releases/1")
    answer = client.post(
        "/releases/1/plan",
        data=typed(page, at="2026-11-25T10:00")
        | {"check": ["no-signed-file"], "reason": [WHY]},
    )
    assert answer.status_code == 409
    assert len(rows(office, Dispatch)) == 1


def test_the_mail_is_read_as_its_recipient_gets_it_before_it_is_approved(enter):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    page = client.get(f"{path}/mail")
    assert "Nadia 0" in page.text
    frame = BeautifulSoup(page.text, "lxml").find("iframe")
    assert frame.has_attr("sandbox")
    shown = client.get(frame["src"])
    assert "Rencontre des agences" in shown.text
    assert "script-src" not in shown.headers["Content-Security-Policy"]
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "Rencontre des agences" in client.get(f"{path}/mail?look=text").text
    headers = client.get(f"{path}/mail?look=headers").text
    for name in ("From", "Subject", "List-Unsubscribe", "Message-ID"):
        assert f">{name}<" in headers
    assert (
        client.post(f"{path}/approve", data={"seal": seal_on(page)}).status_code == 303
    )


def test_whoever_reads_a_mail_here_holds_nobodys_links(enter, office):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    headers = client.get(f"{path}/mail?look=headers").text
    for one in rows(office, Delivery):
        assert one.token not in headers


def test_a_recipient_is_found_by_a_part_of_their_name(enter):
    path = plan(enter(Role.WRITER))
    client = enter(Role.READER)
    found = BeautifulSoup(client.get(f"{path}/mail?q=adia 2").text, "lxml")
    assert [one.text for one in found.select("ul.plain a")] == ["Nadia 2"]
    assert "is called so" in client.get(f"{path}/mail?q=%25").text
    assert client.get(f"{path}/mail?to=999").status_code == 404


def test_a_second_person_approves_the_seal_they_saw(enter, office):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    assert approve(client, path).status_code == 303
    [signed] = rows(office, Approval)
    with office.database.read() as session:
        assert session.get_one(Account, signed.account_id).name == Role.VALIDATOR
    assert "validator approved it" in client.get(path).text


def test_an_approval_clicked_twice_is_given_once(enter, office):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    seal = seal_on(client.get(path))
    for _ in range(2):
        answer = client.post(f"{path}/approve", data={"seal": seal})
        assert answer.status_code == 303
    assert len(rows(office, Approval)) == 1


def test_a_seal_that_was_not_on_the_page_approves_nothing(enter, office):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    for seal in ("", "0" * 64):
        answer = client.post(f"{path}/approve", data={"seal": seal})
        assert answer.status_code in {400, 409}
        assert "<h1" in answer.text
    assert rows(office, Approval) == []


def test_the_page_says_why_one_may_not_approve(enter):
    client = enter(Role.VALIDATOR)
    path = plan(client)
    text = client.get(path).text
    assert "a second person must approve it" in text
    assert 'name="seal"' not in text
    assert "may not approve" in enter(Role.READER).get(path).text


def test_a_delegation_is_named_before_and_after(enter, office):
    path = plan(enter(Role.WRITER))
    with office.database.write() as session:
        named = {one.name: one for one in session.query(Account)}
        delegation.delegate(
            session,
            giver=named["validator"],
            taker=named["watcher"],
            since=office.clock.now(),
            until=office.clock.now().replace(hour=23),
            now=office.clock.now(),
        )
    client = enter(Role.WATCHER)
    assert "in place of validator" in client.get(path).text
    assert approve(client, path).status_code == 303
    assert "In place of validator" in client.get(path).text


def test_a_refusal_holds_it_with_its_sentence(enter):
    path = plan(enter(Role.WRITER))
    client = enter(Role.VALIDATOR)
    answer = client.post(f"{path}/refuse", data={"because": "The date is wrong."})
    assert answer.status_code == 303
    assert "The date is wrong." in client.get(path).text
    assert client.get(f"{path}/counts").json()["state"] == "held"


def test_an_undo_reaches_nobody_and_a_second_click_is_harmless(enter):
    writer = enter(Role.WRITER)
    path = plan(writer)
    approve(enter(Role.VALIDATOR), path)
    page = writer.get(path).text
    assert "data-until" in page
    assert "Nothing leaves before" in page
    for _ in range(2):
        assert writer.post(f"{path}/undo").status_code == 303
    counts = writer.get(f"{path}/counts").json()
    assert (counts["state"], counts["counts"]["cancelled"]) == ("stopped", 3)


def test_after_its_window_an_undo_is_refused_in_words(enter, clock):
    client = enter(Role.VALIDATOR)
    path = plan(client, at="2026-11-25T10:00")
    answer = client.post(f"{path}/undo")
    assert answer.status_code == 409
    assert "no undo window" in answer.text


def test_pause_resume_and_stop_keep_their_reason(enter):
    client = enter(Role.VALIDATOR)
    path = plan(client, at="2026-11-25T10:00")
    client.post(f"{path}/pause", data={"because": "The minister reads it."})
    assert "validator: The minister reads it." in client.get(path).text
    assert client.post(f"{path}/resume").status_code == 303
    assert client.post(f"{path}/resume").status_code == 409
    answer = client.post(f"{path}/stop", data={"because": "Not today."})
    text = client.get(answer.headers["location"]).text
    assert "validator: Not today." in text
    assert client.post(f"{path}/pause").status_code == 409


def test_both_lists_and_those_left_out_are_shown_in_pages(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as office:
        upgrade(office.database)
        fill(office, people=205)
        client = signed_in(office, Role.ADMINISTRATOR)
        path = plan(client, at="2026-11-25T10:00")
        first = client.get(path, params={"show": "not-reached"}).text
        second = client.get(path, params={"show": "not-reached", "page": "2"}).text
        assert first.count("@press.test") == 200
        assert second.count("@press.test") == 5
        assert "Page 2 of 2" in second
        assert client.get(path, params={"show": "reached"}).text.count("@press") == 0


def test_a_delivery_shows_each_attempt_and_is_settled_with_a_reason(enter, office):
    client = enter(Role.VALIDATOR)
    path = plan(client, at="2026-11-25T10:00")
    now = office.clock.now()
    with office.database.write() as session:
        one = session.query(Delivery).order_by(Delivery.id).first()
        one.state, one.attempts = "unsure", 1
        session.add(
            Attempt(
                delivery_id=one.id,
                number=1,
                channel="outbox",
                began_at=now,
                answer="<b>250</b> queued",
                reference="QID-77",
            )
        )
        where = f"{path}/deliveries/{one.id}"
    text = client.get(where).text
    assert "QID-77" in text
    assert "&lt;b&gt;250&lt;/b&gt; queued" in text
    refused = client.post(where, data={"state": "accepted", "because": ""})
    assert refused.status_code == 400
    told = {"state": "accepted", "because": "She called."}
    assert client.post(where, data=told).status_code == 303
    assert "settled by validator: She called." in client.get(where).text
    assert client.post(where, data=told).status_code == 409
    assert client.get(f"{path}/deliveries/999").status_code == 404


def test_the_proof_is_a_file_to_keep(enter):
    client = enter(Role.VALIDATOR)
    path = plan(client, at="2026-11-25T10:00")
    for ending, sign in (("json", '"signature"'), ("csv", "n0@press.test")):
        answer = client.get(f"{path}/proof.{ending}")
        assert sign in answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_of_a_release_is_never_a_page(enter, office):
    with office.database.write() as session:
        release = session.get_one(Release, 1)
        release.attachments.append(
            Attachment(
                role="signed",
                file_name='بلاغ "112".pdf',
                media_type="application/pdf",
                size=8,
                digest="0" * 64,
                content=b"%PDF-1.7",
            )
        )
    client = enter(Role.READER)
    assert "Signed PDF" in client.get("/releases/1").text
    answer = client.get("/releases/1/files/1")
    assert answer.content == b"%PDF-1.7"
    kept = answer.headers["content-disposition"]
    assert kept.startswith("attachment; filename=")
    assert kept.count('"') == 2
    assert client.get("/releases/2/files/1").status_code == 404


def test_a_call_is_logged_by_who_made_it(enter, office):
    client = enter(Role.VALIDATOR)
    path = plan(client, channel="manual", at="2026-11-25T10:00")
    with office.database.write() as session:
        session.get_one(Dispatch, 1).state = "running"
    sheet = client.get(f"{path}/calls").text
    where = re.search(r'action="(/dispatches/1/calls/\d+)"', sheet)[1]
    told = {"outcome": "reached", "note": "She comes."}
    assert client.post(where, data=told).status_code == 303
    assert "logged by validator: She comes." in client.get(f"{path}/calls").text
    assert client.post(where, data=told).status_code == 409
    assert "n0@press.test" not in client.get(f"{path}/calls.csv").text


def test_a_correction_says_whom_it_reaches_and_stops_the_wrong_text(enter, office):
    client = enter(Role.VALIDATOR)
    path = plan(client, at="2026-11-25T10:00")
    with office.database.write() as session:
        session.query(Delivery).order_by(Delivery.id).first().state = "accepted"
        a_correction(session, now=office.clock.now())
    page = client.get(f"{path}/correct")
    assert "It will reach 1 person" in page.text
    assert "1 dispatch that has not ended is stopped first" in page.text
    form = {
        "key": re.search(r'name="key" value="([^"]+)"', page.text)[1],
        "zone": "Africa/Casablanca",
        "release": "2",
    }
    answer = client.post(f"{path}/correct", data=form)
    if answer.status_code == 409:
        checks = re.findall(r'name="check" value="([^"]+)"', answer.text)
        form |= {"check": checks, "reason": [WHY for _ in checks]}
        answer = client.post(f"{path}/correct", data=form)
    assert answer.status_code == 303, answer.text[-3000:]
    assert client.get(f"{path}/counts").json()["state"] == "stopped"
    made = rows(office, Dispatch)[-1]
    assert (made.purpose, made.release_id) == ("correction", 2)


def test_everything_is_held_with_a_banner_until_it_is_released(enter, office):
    client = enter(Role.WRITER)
    assert 'id="hold"' in client.get("/").text
    assert client.post("/hold", data={"because": " "}).status_code == 400
    assert client.post("/hold", data={"because": "Wait <b>"}).status_code == 303
    assert hold.on_hold(office.settings.data_dir) == "Wait <b> (writer)"
    for path in ("/", "/releases", "/sources"):
        assert "Wait &lt;b&gt; (writer)" in client.get(path).text
    assert client.post("/hold/release").status_code == 403
    assert enter(Role.VALIDATOR).post("/hold/release").status_code == 303
    assert hold.on_hold(office.settings.data_dir) is None


def test_today_shows_what_waits_for_my_approval_and_what_is_about_to_leave(enter):
    path = plan(enter(Role.WRITER))
    heading = "Waits for your approval"
    assert heading in enter(Role.VALIDATOR).get("/").text
    assert heading not in enter(Role.WRITER).get("/").text
    approve(enter(Role.VALIDATOR), path)
    today = enter(Role.VALIDATOR).get("/").text
    assert heading not in today
    assert f'action="{path}/undo"' in today


@pytest.mark.parametrize(
    ("way", "data"),
    [
        ("waive", {"check": "no-signed-file", "reason": WHY}),
        ("undo", {}),
        ("pause", {}),
        ("resume", {}),
        ("stop", {}),
        ("approve", {"seal": "0" * 64}),
        ("refuse", {"because": "No."}),
        ("correct", {"key": "k", "zone": "UTC", "release": "2"}),
    ],
)
def test_a_reader_and_another_site_steer_nothing(enter, way, data):
    path = plan(enter(Role.WRITER), at="2026-11-25T10:00")
    reader = enter(Role.READER)
    assert reader.post(f"{path}/{way}", data=data).status_code in {403, 409}
    elsewhere = {"Origin": "https://evil.test"}
    validator = enter(Role.VALIDATOR)
    answer = validator.post(f"{path}/{way}", data=data, headers=elsewhere)
    assert answer.status_code == 403
    assert validator.get(f"{path}/counts").json()["state"] == "planned"


def test_a_reader_plans_nothing_and_where_nobody_approves_a_writer_neither(
    enter, office, tmp_path, clock, ids
):
    data = {"key": "k", "zone": "UTC", "list": "nationale", "channel": "outbox"}
    answer = enter(Role.READER).post("/releases/1/plan", data=data)
    assert answer.status_code == 403
    with an_office(tmp_path, clock, ids, approval="off") as opened:
        answer = enter(Role.WRITER, of=opened).post("/releases/1/plan", data=data)
        assert answer.status_code == 403
    assert rows(office, Dispatch) == []


def test_what_may_follow_says_first_whom_it_reaches(enter, office):
    client = enter(Role.VALIDATOR)
    path = plan(client)
    with office.database.write() as session:
        for one in session.query(Delivery).limit(2):
            one.state = "accepted"
    page = BeautifulSoup(client.get(f"{path}/after").text, "lxml")
    assert "2 people who may have the wrong text" in page.select_one("#correction").text
    assert "2 people who may count on it" in page.select_one("#cancellation").text
    assert "has 3 contacts now" in page.select_one("#complement").text
    # Nobody is invited to a text without an event.
    assert page.select_one("#reminder") is None


def test_the_silent_are_counted_before_they_are_reminded(enter, office):
    with office.database.write() as session:
        release = session.get_one(Release, 1)
        release.event_at = office.clock.now()
    client = enter(Role.VALIDATOR)
    path = plan(client)
    with office.database.write() as session:
        answers.record(
            session,
            release_id=1,
            contact_id=1,
            answer=answers.Said.COMING,
            said_by="writer",
            now=office.clock.now(),
        )
    page = BeautifulSoup(client.get(f"{path}/after").text, "lxml")
    assert "2 invited contacts have not answered" in page.select_one("#reminder").text


def test_a_reader_is_shown_no_way_to_follow(enter):
    path = plan(enter(Role.WRITER))
    assert enter(Role.READER).get(f"{path}/after").status_code == 403
