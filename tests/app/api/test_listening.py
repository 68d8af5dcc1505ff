"""Sources, watches, articles, coverage, the review and the balance, as programs use them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import source_rows
from balance_rows import everything
from fake_web import FakeWeb
from programs import busy, called_office, program
from sqlalchemy import select

from core.models import Release
from core.values import Role
from distributor.models import MailingList
from monitor.models import Article, Source

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Le Matin</title>
<link>https://lematin.test/</link>
<item><title>Les agences réunies</title><link>https://lematin.test/1</link>
<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>
</channel></rss>"""


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        web = FakeWeb({"https://lematin.test/feed": RSS})
        yield replace(opened, web=web)


@pytest.fixture
def watcher(office):
    return program(office, Role.WATCHER)


@pytest.fixture
def sources(office):
    with office.database.write() as session:
        source_rows.fill(session, now=office.clock.now())


def test_sources_are_read_with_the_reason_and_the_next_step(watcher, sources):
    [blocked] = watcher.get("/sources", params={"state": "blocked"}).json()["items"]
    assert (blocked["fault"], blocked["tier"]) == ("challenge", 1)
    assert blocked["why"]
    assert blocked["next_step"]
    detail = watcher.get(f"/sources/{blocked['id']}").json()
    assert len(detail["polls"]) == 30
    seen, after = [], ""
    while after is not None:
        part = watcher.get("/sources", params={"limit": 4, "after": after}).json()
        seen += [one["id"] for one in part["items"]]
        after = part["next"]
    assert seen == list(range(1, 10))


def test_a_source_is_tried_and_added(watcher):
    tried = watcher.post("/sources/test", json={"url": "https://lematin.test/feed"})
    assert tried.status_code == 200, tried.text
    assert (tried.json()["readable"], tried.json()["titles"]) == (
        True,
        ["Les agences réunies"],
    )
    made = watcher.post("/sources", json={"url": "https://lematin.test/feed"})
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["outlet"]) == ("feed", "Le Matin")
    again = watcher.post("/sources", json={"url": "https://lematin.test/feed"})
    assert again.status_code == 400
    nothing = watcher.post("/sources", json={"url": "https://nowhere.test/"})
    assert nothing.status_code == 404
    found = watcher.post("/sources/find", json={"url": "https://lematin.test/feed"})
    assert found.json()[0]["entries"] == 1
    silent = watcher.post("/sources/test", json={"url": "https://nowhere.test/"}).json()
    assert (silent["readable"], silent["fault"]) == (False, "unreachable")


def test_a_source_is_changed_paused_and_removed(watcher, sources):
    changed = watcher.patch(
        "/sources/1", json={"tier": 3, "section": "Économie"}
    ).json()
    assert (changed["tier"], changed["options"]) == (3, {"section": "Économie"})
    assert watcher.patch("/sources/1", json={"section": ""}).json()["options"] == {}
    assert watcher.patch("/sources/1", json={"selector": "h2 a"}).status_code == 400
    paused = watcher.post("/sources/1/pause", json={"because": "Moving."}).json()
    assert (paused["paused"], paused["next_step"]) == ("Moving.", "")
    assert watcher.post("/sources/1/resume").json()["paused"] is None
    assert watcher.post("/sources/5/accept").json()["state"] == "new"
    assert watcher.delete("/sources/1").json() == {"id": 1, "removed": True}
    assert watcher.get("/sources/1").status_code == 404


def test_a_list_of_sources_goes_out_and_comes_in(office, watcher, sources):
    listed = watcher.get("/sources/export")
    assert listed.headers["content-disposition"].startswith("attachment")
    done = watcher.post(
        "/sources/import", files={"file": ("press.opml", BytesIO(listed.content))}
    )
    assert done.status_code == 200, done.text
    assert (done.json()["sources"], len(done.json()["left"])) == (0, 9)
    reader = program(office, Role.READER)
    refused = reader.post("/sources/import", files={"file": ("a.opml", BytesIO(b""))})
    assert refused.status_code == 403


def test_what_was_not_read_is_named(watcher, sources):
    told = watcher.get("/completeness").json()
    assert told["total"] == 9
    assert told["read"] + len(told["silent"]) == 9
    assert all(one["why"] for one in told["silent"])


def test_a_watch_is_tried_saved_and_switched(watcher):
    tried = watcher.post("/watches/test", json={"query": '"agence urbaine"'}).json()
    assert (tried["count"], tried["is_whole"]) == (0, True)
    made = watcher.post("/watches", json={"name": "Agences", "query": "agences"})
    assert made.status_code == 201
    wrong = watcher.post("/watches", json={"name": "Autre", "query": "(agences"})
    assert wrong.status_code == 400
    assert wrong.json()["mend"]
    assert watcher.patch("/watches/1", json={"is_on": False}).json()["is_on"] is False
    assert watcher.get("/watches/1/articles").json() == {"items": [], "next": None}
    assert watcher.delete("/watches/1").json()["removed"]
    assert watcher.get("/watches").json() == []


def test_an_article_is_entered_found_and_listed(watcher, clock):
    for number in range(3):
        made = watcher.post(
            "/articles",
            json={
                "outlet": "Al Massae",
                "title": f"Les agences réunies {number}",
                "medium": "print",
                "published": "2026-11-23",
                "page": "3",
            },
        )
        assert made.status_code == 201, made.text
        clock.wait(timedelta(minutes=1))
    seen, after = [], ""
    while after is not None:
        part = watcher.get("/articles", params={"limit": 2, "after": after}).json()
        seen += [one["id"] for one in part["items"]]
        after = part["next"]
    assert seen == [3, 2, 1]
    since = watcher.get("/articles", params={"since": "2026-11-24T10:01:00+01:00"})
    assert [one["id"] for one in since.json()["items"]] == [3, 2]
    assert watcher.get("/articles/2").json()["published_as"] == "day"
    naive = watcher.get("/articles", params={"since": "2026-11-24T10:01:00"})
    assert naive.status_code == 422


def test_a_full_text_is_told_under_a_licence_of_the_day_alone(office, watcher, sources):
    with office.database.write() as session:
        article = session.scalars(select(Article).order_by(Article.id)).first()
        article.full_text = "Tout le texte."
        number, outlet_id = article.id, article.outlet_id
    refused = watcher.get(f"/articles/{number}/text")
    assert refused.status_code == 451
    assert refused.json()["type"] == "urn:parution:problem:not-licensed"
    assert "Tout le texte" not in refused.text
    with office.database.write() as session:
        source = session.scalars(
            select(Source).where(Source.outlet_id == outlet_id)
        ).first()
        source.options = {"licence": "contrat 12", "licence_notice": "Avec accord"}
    told = watcher.get(f"/articles/{number}/text").json()
    assert (told["full_text"], told["notice"]) == ("Tout le texte.", "Avec accord")
    assert watcher.get("/articles/999999/text").status_code == 404


@pytest.fixture
def covered(office):
    return cover(office, at=office.clock.now())


def cover(office, *, at):
    """A release that the press took up."""
    with office.database.write() as session:
        other = session.query(Release).one()
        other.number, other.year, other.ordinal = "11/2025", 2025, 11
        session.query(MailingList).one().name = "others"
        session.flush()
        return everything(session, at=at)


def test_coverage_is_read_decided_and_taken_back(watcher, covered):
    every = watcher.get("/coverage", params={"limit": 200}).json()["items"]
    one = every[0]["id"]
    told = watcher.get(f"/coverage/{one}").json()
    assert told["line"]["id"] == one
    watcher.post(f"/coverage/{one}/take-back", json={})
    done = watcher.post(f"/coverage/{one}/confirm", json={"label": "mention"}).json()
    assert done == {"ids": [one], "decision": "confirmed"}
    line = watcher.get(f"/coverage/{one}").json()["line"]
    assert (line["label"], line["decided_by"]) == ("mention", "watcher")
    back = watcher.post(f"/coverage/{one}/take-back", json={}).json()
    assert back["decision"] == "proposed"
    bare = watcher.post(f"/coverage/{one}/reject", json={})
    assert (bare.status_code, bare.json()["to"]) == (400, "because")
    watcher.post(f"/coverage/{one}/reject", json={"rejection": "homonym"})
    rejected = watcher.get("/coverage", params={"decision": "rejected", "limit": 200})
    assert one in [line["id"] for line in rejected.json()["items"]]
    said = watcher.patch(
        f"/coverage/{one}", json={"tone": "negative", "on_front": True}
    ).json()
    assert (said["tone"], said["on_front"]) == ("negative", True)
    assert watcher.patch(f"/coverage/{one}", json={"tone": "none"}).json()["tone"] == ""


def test_coverage_is_read_place_by_place(watcher, covered):
    whole = watcher.get("/coverage", params={"limit": 200}).json()["items"]
    seen, after = [], ""
    while after is not None:
        part = watcher.get("/coverage", params={"limit": 3, "after": after}).json()
        seen += part["items"]
        after = part["next"]
    assert seen == whole
    assert len(seen) > 6


def test_an_error_is_noted_and_mended(watcher, covered):
    noted = watcher.post("/coverage/1/errors", json={"wrong": "Fès", "right": "Rabat"})
    assert noted.status_code == 201
    path = f"/errors/{noted.json()['id']}"
    assert watcher.patch(path, json={"stage": "refused"}).status_code == 409
    watcher.patch(path, json={"stage": "asked"})
    assert watcher.patch(path, json={"stage": "obtained"}).json()["stage"] == "obtained"
    assert noted.json()["id"] in [one["id"] for one in watcher.get("/errors").json()]
    # What the outlet answered stays on record.
    assert watcher.delete(path).status_code == 409
    none = watcher.post("/coverage/1/errors", json={"wrong": "Salé"}).json()["id"]
    assert watcher.delete(f"/errors/{none}").status_code == 204
    assert watcher.delete(f"/errors/{none}").status_code == 404


def test_a_line_of_what_is_not_there_is_refused(watcher):
    refused = watcher.post("/coverage", json={"article": 9, "release": 1})
    assert (refused.status_code, refused.json()["to"]) == (404, "article")


def test_a_balance_is_numbers_and_files(watcher, covered):
    told = watcher.get(f"/releases/{covered}/balance").json()
    assert told["sections"]
    kept = watcher.get(f"/releases/{covered}/balance/files/csv")
    assert kept.headers["content-type"].startswith("text/csv")
    assert watcher.get(f"/releases/{covered}/balance/files/doc").status_code == 404


def test_an_edition_is_frozen_validated_and_opened_again(watcher, office, clock):
    busy(program(office, called="busy"))
    path = "/editions/2026-11-24/morning"
    preview = watcher.get(path).json()
    assert preview["edition"] == "2026-11-24/morning"
    assert preview["report"]["sections"] is not None
    early = watcher.post("/editions/2026-11-25/morning/freeze")
    assert early.status_code == 409
    assert watcher.get("/editions/2026-11-25/flash-0300").status_code == 400
    assert watcher.get(f"{path}/files/doc").status_code == 404


def test_a_validation_is_of_what_was_read(office, watcher):
    cover(office, at=office.clock.now() - timedelta(days=1))
    path = "/editions/2026-11-24/morning"
    frozen = watcher.post(f"{path}/freeze").json()
    assert frozen["state"] == "frozen", frozen
    other = watcher.post(f"{path}/validate", json={"seen": "0" * 16})
    assert other.status_code == 409
    seen = watcher.get(path).json()["digest"]
    done = watcher.post(f"{path}/validate", json={"seen": seen}).json()
    assert (done["state"], done["validated_by"]) == ("validated", "watcher")
    assert watcher.post(f"{path}/reopen").json()["state"] == "frozen"
    assert watcher.post(f"{path}/correct", json={"because": "x"}).status_code == 409
    assert [one["edition"] for one in watcher.get("/editions").json()] == [
        "2026-11-24/morning"
    ]


def test_readers_of_the_review_come_and_go(watcher):
    body = {"name": "Cabinet", "mailing_list": "nationale", "channel": "outbox"}
    made = watcher.post("/readers", json=body | {"kinds": ["morning"]})
    assert (made.status_code, made.json()["members"]) == (201, 3)
    assert [one["name"] for one in watcher.get("/readers").json()] == ["Cabinet"]
    assert watcher.post("/readers/remove", json={"name": "Cabinet"}).status_code == 204
    assert watcher.get("/readers").json() == []


def test_alerts_are_told_in_a_sentence(watcher, sources):
    [open_one] = watcher.get("/alerts").json()["items"]
    assert open_one["rule"] == "source-hijacked"
    assert open_one["sentence"]


def test_who_was_reached_and_who_wrote_is_told(watcher, covered):
    told = watcher.get(f"/releases/{covered}/authors").json()
    assert told["lines"]
    assert {"standing", "name", "articles"} <= set(told["lines"][0])
