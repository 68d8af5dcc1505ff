"""Cases 33 and 36 at the screen: no button of one's own approval, no way around a step."""

import pytest
from screen_makers import an_office, fill, plan, signed_in

from app.migrations.history import upgrade
from core.models import Account, Release
from core.values import Role
from distributor.models import Approval, Dispatch


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


def seal(office):
    with office.database.read() as session:
        return session.get_one(Dispatch, 1).seal


def approvals(office):
    with office.database.read() as session:
        return session.query(Approval).count()


def test_whoever_planned_it_is_shown_no_button_and_a_form_of_their_own_is_refused(
    office,
):
    client = signed_in(office, Role.ADMINISTRATOR)
    path = plan(client, at="2026-11-25T10:00")
    assert 'name="seal"' not in client.get(path).text
    answer = client.post(f"{path}/approve", data={"seal": seal(office)})
    assert answer.status_code == 409
    assert "cannot approve it as well" in answer.text
    assert approvals(office) == 0


def test_whoever_wrote_it_is_shown_no_button_and_a_form_of_their_own_is_refused(office):
    path = plan(signed_in(office, Role.WRITER), at="2026-11-25T10:00")
    with office.database.write() as session:
        author = session.query(Account).filter_by(name="validator").one()
        session.get_one(Release, 1).author_id = author.id
    client = signed_in(office, Role.VALIDATOR)
    assert 'name="seal"' not in client.get(path).text
    answer = client.post(f"{path}/approve", data={"seal": seal(office)})
    assert answer.status_code == 409
    assert approvals(office) == 0


def test_a_held_dispatch_is_not_resumed_past_its_approval(office, clock):
    path = plan(signed_in(office, Role.WRITER), at="2026-11-24T10:00")
    client = signed_in(office, Role.VALIDATOR)
    client.post(f"{path}/refuse", data={"because": "Not yet."})
    clock.move_to(clock.now().replace(hour=10, minute=5))
    answer = client.post(f"{path}/resume")
    assert answer.status_code == 409
    assert "Nobody approved it" in answer.text
    assert client.get(f"{path}/counts").json()["state"] == "held"


def test_an_approval_comes_after_the_reasons_not_before(office):
    """A finding without its reason: the form of the next step is refused."""
    path = plan(signed_in(office, Role.WRITER), at="2026-11-25T10:00")
    with office.database.write() as session:
        session.get_one(Dispatch, 1).findings = [
            {
                "check": "unread",
                "level": "amber",
                "what": "The release has no number.",
                "mend": "Give it the next number of the year.",
                "to": "number",
                "values": "{}",
            }
        ]
    client = signed_in(office, Role.VALIDATOR)
    assert 'name="seal"' not in client.get(path).text
    answer = client.post(f"{path}/approve", data={"seal": seal(office)})
    assert answer.status_code == 409
    reason = {"check": "unread", "reason": "It has one."}
    assert client.post(f"{path}/waive", data=reason).status_code == 303
    answer = client.post(f"{path}/approve", data={"seal": seal(office)})
    assert answer.status_code == 303


def test_what_has_ended_takes_no_step_any_more(office):
    path = plan(signed_in(office, Role.WRITER), at="2026-11-25T10:00")
    client = signed_in(office, Role.VALIDATOR)
    client.post(f"{path}/stop")
    for way, data in (
        ("approve", {"seal": seal(office)}),
        ("refuse", {"because": "No."}),
        ("waive", {"check": "no-signed-file", "reason": "No."}),
        ("pause", {}),
        ("resume", {}),
        ("undo", {}),
    ):
        answer = client.post(f"{path}/{way}", data=data)
        assert answer.status_code == 409, way
        assert "<h1" in answer.text
    assert approvals(office) == 0
