"""Erasing finds a person's name however it is written, in Arabic, with accents, large or small."""

import pytest
from listening_makers import a_source
from sqlalchemy import select

from app.legal import person
from app.reviews.models import Edition
from core.models import Account, Release
from distributor.models import Contact, ReleaseComment

ADDRESS = "p@presse.test"
NAMES = ["نادية العلمي", "Élodie Bénani", "%_ Sign", "Nadia Strauß", "nadia alami"]


@pytest.fixture(params=NAMES)
def name(request, each_database, clock):
    now = clock.now()
    with each_database.write() as session:
        session.add(
            Contact(
                address=ADDRESS,
                address_key=ADDRESS,
                name=request.param,
                languages=[],
                beats=[],
                created_at=now,
                updated_at=now,
            )
        )
    return request.param


def written(name):
    return [name, name.upper(), name.lower()]


def test_editions_name_them_no_more(each_database, clock, name):
    said = [*written(name), f"Omar B, {name}, Zoé", "Zoé"]
    for number, contact in enumerate(said):
        with each_database.write() as session:
            content = {"sections": [{"lines": [{"contact": contact}]}]}
            session.add(
                Edition(
                    key=f"2026-11-24/{number}",
                    day=clock.now().date(),
                    number=number,
                    since=clock.now(),
                    until=clock.now(),
                    state="sent",
                    whole=content,
                    content=content,
                )
            )
    with each_database.write() as session:
        done = person.erase(session, ADDRESS, now=clock.now())
        assert {one.table: one.rows for one in done.going}["edition"] == len(said) - 1
    with each_database.read() as session:
        rows = session.scalars(select(Edition).order_by(Edition.number)).all()
        for held in ("whole", "content"):
            left = [
                getattr(row, held)["sections"][0]["lines"][0]["contact"] for row in rows
            ]
            assert left == ["", "", "", "Omar B, Zoé", "Zoé"]


def test_remarks_that_name_them_are_shown_before(each_database, clock, name):
    now = clock.now()
    with each_database.write() as session:
        account = Account(name="b", role="writer", password_hash="", created_at=now)
        release = Release(number="1", kind="communique", zone="UTC", created_at=now)
        session.add_all([account, release])
        session.flush()
        session.add_all(
            ReleaseComment(
                release_id=release.id, text=text, account_id=account.id, at=now
            )
            for text in (*written(f"Demander à {name}."), "Demander à Nadège.")
        )
        # Kept as JSON.
        a_source(session, clock, options={"licence": f"ask {name.upper()}"})
        a_source(session, clock, path="/2", options={"licence": "ask Nadège"})
    with each_database.read() as session:
        remarks = person.plan(session, ADDRESS).remarks
    told = [(one["table"], one["row"]) for one in remarks]
    comments = [("release_comment", [one]) for one in (1, 2, 3)]
    assert sorted(told) == [*comments, ("source", [1])]
