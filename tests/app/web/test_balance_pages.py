"""What people say of an article, and the goal of a release, on their pages in two scripts."""

import pytest
from balance_rows import MESSAGE, MESSAGE_AR, everything
from screen_makers import an_office, signed_in

from app.migrations.history import upgrade
from core.models import Account
from core.values import Role
from monitor import goals, rectifying
from monitor.models import Coverage


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        with opened.database.write() as session:
            session.add_all(
                Account(name=role, role=role, password_hash="", created_at=clock.now())
                for role in Role
            )
            everything(session, at=clock.now())
        yield opened


@pytest.fixture
def watcher(office):
    return signed_in(office, Role.WATCHER)


def messages(**words):
    """What a browser sends of the fifteen fields, in the order of the page."""
    names = [f"{place}-{one}" for place in range(1, 6) for one in ("fr", "ar", "en")]
    return [words.get(f"m{name.replace('-', '_')}", "") for name in names]


def line(office, coverage_id):
    with office.database.read() as session:
        row = session.get(Coverage, coverage_id)
        return row.tone, row.on_front


def errors(office, coverage_id=1):
    with office.database.read() as session:
        found = rectifying.of_lines(session, [coverage_id])
        return [(one.wrong, str(one.stage)) for one in found.get(coverage_id, ())]


def test_tone_and_front_page_are_kept_by_one_form(office, watcher):
    sent = watcher.post(
        "/coverage/2/said", data={"tone": "neutral", "on_front": "true"}
    )
    assert sent.headers["location"] == "/coverage/2#said"
    assert line(office, 2) == ("neutral", True)
    assert 'value="neutral" checked' in watcher.get("/coverage/2").text
    watcher.post("/coverage/2/said", data={"tone": ""})
    assert line(office, 2) == ("", False)


def test_an_error_is_noted_asked_and_mended_by_buttons(office, watcher):
    watcher.post("/coverage/1/errors", data={"wrong": "1 420", "right": "1 240"})
    page = watcher.get("/coverage/1").text
    assert "1 420" in page
    assert 'action="/coverage/1/errors/2"' in page
    for stage in ("asked", "refused", "asked", "obtained"):
        watcher.post("/coverage/1/errors/2", data={"stage": stage})
        assert errors(office) == [("1 420", stage)]


def test_an_error_that_was_none_is_dropped_until_the_outlet_was_asked(office, watcher):
    watcher.post("/coverage/1/errors", data={"wrong": "1 420"})
    assert 'value="dropped"' in watcher.get("/coverage/1").text
    watcher.post("/coverage/1/errors/2", data={"stage": "dropped"})
    assert errors(office) == []
    # The one of the balance was asked about already.
    assert 'value="dropped"' not in watcher.get("/coverage/5").text
    answer = watcher.post("/coverage/5/errors/1", data={"stage": "dropped"})
    assert answer.status_code == 409
    assert "stays on record" in answer.text


def test_what_was_not_asked_cannot_be_refused(watcher):
    watcher.post("/coverage/1/errors", data={"wrong": "1 420"})
    answer = watcher.post("/coverage/1/errors/2", data={"stage": "refused"})
    assert answer.status_code == 409
    assert "not asked to mend" in answer.text


def test_an_error_without_words_is_refused_beside_its_field(office, watcher):
    answer = watcher.post("/coverage/1/errors", data={"wrong": " ", "right": "1 240"})
    assert answer.status_code == 400
    assert 'aria-describedby="wrong-wrong"' in answer.text
    assert 'id="wrong-wrong" role="alert"' in answer.text
    # What was typed is still there.
    assert "1 240</textarea>" in answer.text
    assert errors(office) == []


def test_the_goal_is_kept_with_its_messages_in_three_languages(office, watcher):
    sent = watcher.post(
        "/releases/1/goal",
        data={
            "objective": "Faire connaître",
            "audience": "Élus",
            "message": messages(m1_fr=MESSAGE, m1_ar=MESSAGE_AR, m2_fr=MESSAGE),
        },
    )
    assert sent.headers["location"] == "/releases/1/goal"
    with office.database.read() as session:
        view = goals.view(session, 1)
    assert (view.objective, view.audience) == ("Faire connaître", "Élus")
    assert [sorted(one.said) for one in view.messages] == [["ar", "fr"], ["fr"]]


def test_a_message_that_says_nothing_is_refused_beside_its_field(office, watcher):
    answer = watcher.post(
        "/releases/1/goal",
        data={
            "objective": "Autre",
            "message": messages(m2_ar="نعم", m1_fr=MESSAGE),
        },
    )
    assert answer.status_code == 400
    assert 'id="2-ar-wrong" role="alert"' in answer.text
    assert ">Autre</textarea>" in answer.text
    with office.database.read() as session:
        assert goals.view(session, 1).objective == "Faire connaître le guichet unique."


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl")])
def test_each_message_stands_in_the_direction_of_its_language(
    watcher, language, direction
):
    page = watcher.get("/releases/1/goal", params={"lang": language}).text
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f'lang="fr" dir="ltr">{MESSAGE}</textarea>' in page
    assert f'lang="ar" dir="rtl">{MESSAGE_AR}</textarea>' in page
    assert 'href="/releases/1/goal"' in watcher.get("/releases/1").text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_balance_is_shown_in_both_scripts(watcher, language):
    page = watcher.get("/releases/1/balance", params={"lang": language})
    assert page.status_code == 200
    assert "1 420 communes" in page.text
    assert MESSAGE_AR if language == "ar" else MESSAGE in page.text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/coverage/1/said", {"tone": "neutral"}),
        ("/coverage/1/errors", {"wrong": "x"}),
        ("/coverage/5/errors/1", {"stage": "obtained"}),
        ("/releases/1/goal", {"message": messages()}),
    ],
)
def test_who_only_reads_sees_and_changes_nothing(office, path, data):
    reader = signed_in(office, Role.READER)
    assert reader.post(path, data=data).status_code == 403
    page = reader.get("/coverage/5").text
    assert "1 420 communes" in page
    assert "/coverage/5/said" not in page
    assert " readonly" in reader.get("/releases/1/goal").text
