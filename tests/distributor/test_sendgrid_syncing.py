"""What the provider knows of oppositions and dead mailboxes is known here, and back."""

from datetime import timedelta

import pytest
from delivery_rows import NOON, deliveries, states
from sendgrid_double import Fault, Says, SendGridDouble
from sqlalchemy import select

from distributor.after.syncing import Syncing
from distributor.channels.sendgrid import Channel
from distributor.contacts.suppression import suppress
from distributor.models import Suppression

GROUP = 7


@pytest.fixture
def double(clock):
    clock.move_to(NOON)
    with SendGridDouble(clock=clock) as opened:
        yield opened


@pytest.fixture
def made(database, double, clock):
    """Makes the job's tick, as a start of the office does; with the group when it is named."""

    def make(group=0, on=database):
        options = double.options | {"unsubscribe_group": group, "timeout": 2}
        channel = Channel(Channel.Options.model_validate(options))
        return Syncing(
            database=on, clock=clock, timer=clock, channels={"sendgrid": channel}
        )

    return make


def listed(double, name, *emails, at=NOON):
    double.suppressions[name] += [
        {"created": int(at.timestamp()), "email": email} for email in emails
    ]


def suppressions(database):
    with database.read() as session:
        rows = session.execute(select(Suppression.address_key, Suppression.reason))
        return dict(rows.all())


def test_whom_the_provider_does_not_mail_is_not_mailed_here(
    each_database, double, made
):
    deliveries(each_database, state="waiting", dispatch={"state": "running"})
    listed(double, "bounces", "P0@Presse.test")
    listed(double, "spam_reports", "p1@presse.test")
    listed(double, "unsubscribes", "p2@presse.test", "not an address")
    syncing = made(on=each_database)
    assert syncing.tick() == 3
    assert suppressions(each_database) == {
        "p0@presse.test": "bounced",
        "p1@presse.test": "complained",
        "p2@presse.test": "unsubscribed",
    }
    ends = [state for _, state in sorted(states(each_database).items())]
    assert ends == [*["cancelled"] * 3, "waiting"]
    assert syncing.tick() == 0


def test_what_lies_behind_the_first_page_is_read_too(database, double, made):
    listed(double, "bounces", *(f"p{number}@presse.test" for number in range(1100)))
    assert made().tick() == 1100
    assert double.calls.count("GET suppression/bounces") == 3


def test_after_a_restart_the_whole_lists_are_read_again(database, double, made):
    long_ago = NOON - timedelta(days=300)
    made().tick()
    listed(double, "unsubscribes", "p1@presse.test", at=long_ago)
    assert made().tick() == 1


def test_who_left_the_provider_s_list_stays_suppressed_here(database, double, made):
    listed(double, "unsubscribes", "p1@presse.test")
    syncing = made()
    syncing.tick()
    double.suppressions["unsubscribes"].clear()
    syncing.tick()
    assert set(suppressions(database)) == {"p1@presse.test"}


@pytest.mark.parametrize(
    "fault",
    [Fault.RESET, Fault.HTML, Fault.MALFORMED, Says(500), Says(403), Says(429)],
)
def test_a_provider_in_trouble_loses_nothing_and_is_asked_again(
    database, double, made, fault, capsys
):
    syncing = made()
    syncing.tick()
    listed(double, "unsubscribes", "p1@presse.test")
    double.script_for("suppression/unsubscribes", fault)
    assert syncing.tick() == 0
    assert suppressions(database) == {}
    said = capsys.readouterr()
    assert "suppressions.unavailable" in said.err + said.out
    # The trouble may last longer than what a look repeats.
    double.clock.move_to(NOON + timedelta(days=3))
    assert syncing.tick() == 1


def test_members_of_the_group_are_suppressed_and_our_oppositions_join_it(
    database, double, made
):
    double.groups[GROUP] = ["p1@presse.test"]
    with database.write() as session:
        suppress(session, "p2@presse.test", reason="asked", now=NOON)
        suppress(session, "p3@presse.test", reason="bounced", now=NOON)
    syncing = made(group=GROUP)
    assert syncing.tick() == 2
    assert suppressions(database)["p1@presse.test"] == "unsubscribed"
    assert double.groups[GROUP] == ["p1@presse.test", "p2@presse.test"]
    assert syncing.tick() == 0


def test_without_a_group_no_opposition_leaves_the_office(database, double, made):
    with database.write() as session:
        suppress(session, "p2@presse.test", reason="asked", now=NOON)
    made().tick()
    assert not [call for call in double.calls if call.startswith("POST")]


def test_a_group_that_is_not_there_is_said_and_the_lists_count_all_the_same(
    database, double, made
):
    listed(double, "unsubscribes", "p1@presse.test")
    assert made(group=GROUP).tick() == 0
    assert set(suppressions(database)) == {"p1@presse.test"}


def test_an_office_that_ends_asks_for_no_more_pages(database, double, made):
    listed(double, "bounces", *(f"p{number}@presse.test" for number in range(1100)))
    syncing = made(group=GROUP)
    syncing.end()
    syncing.tick()
    assert double.calls == ["GET suppression/bounces"]
