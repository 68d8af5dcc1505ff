"""The review on screen: read, built, validated, corrected, planned, sent to its readers."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from screen_makers import an_office, fill, signed_in
from sqlalchemy import select

from app.migrations.history import upgrade
from app.reviews import calendar, editions, readers
from app.reviews.edits import Edits
from app.reviews.mailing import Mailing
from app.reviews.models import ReviewPlan
from app.reviews.plan import Plan
from app.web import make_public_app
from app.web.report_view import formats
from core.keys import Purpose
from core.models import Outlet
from core.values import Role
from distributor.models import Contact, Delivery, MailingList, Membership
from monitor.models import Article, Watch, WatchMatch

DAY = "/review/2026-11-24"
MORNING = f"{DAY}/morning"


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            _publish(session, clock.now() - timedelta(hours=6))
        yield opened


def _publish(session, at):
    """Three articles that a watch selected."""
    outlet = Outlet(name="Le Quotidien du matin")
    watch = Watch(name="Habitat", query="habitat", created_at=at)
    session.add_all([outlet, watch])
    session.flush()
    for number in range(3):
        article = Article(
            outlet_id=outlet.id,
            url=f"https://matin.test/{number}",
            address_hash=9_000 + number,
            title=f"Habitat <b>{number}</b>",
            title_hash=9_000 + number,
            language="fr",
            published_at=at + timedelta(minutes=number),
            first_seen_at=at,
        )
        session.add(article)
        session.flush()
        session.add(
            WatchMatch(
                watch_id=watch.id, article_id=article.id, found_at=at, passages=[]
            )
        )


@pytest.fixture
def client(office):
    return signed_in(office, Role.WATCHER)


def page(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def row(office):
    with office.database.read() as session:
        return editions.edition(session, "2026-11-24/morning")


def form_of(client, path=f"{MORNING}/edit"):
    """What the builder's form would send, as it stands."""
    form = page(client.get(path)).find(id="builder")
    return {
        "fr": [one.text.strip("\n") for one in form.find_all(attrs={"name": "fr"})],
        "ar": [one.text.strip("\n") for one in form.find_all(attrs={"name": "ar"})],
        "numbers": [one["value"] for one in form.find_all(attrs={"name": "numbers"})],
        "order": [one["value"] for one in form.find_all(attrs={"name": "order"})],
        "references": [
            one["value"] for one in form.find_all(attrs={"name": "references"})
        ],
    }


def titles(client, path=DAY):
    found = page(client.get(path)).select(".review-line h3 bdi")
    return [one.text for one in found if one.text.startswith("Habitat")]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_page_answers_in_every_language(client, language):
    for path in ("/review", DAY, f"{MORNING}/edit", "/review-plan", "/review-readers"):
        shown = page(client.get(f"{path}?lang={language}"))
        assert shown.html["lang"] == language
        assert shown.html["dir"] == ("rtl" if language == "ar" else "ltr")


def test_what_others_wrote_is_text(client):
    assert "<b>0</b>" not in client.get(DAY).text
    assert titles(client) == [f"Habitat <b>{number}</b>" for number in range(3)]


def test_an_essential_is_kept_in_both_languages_with_its_articles(client, office):
    form = form_of(client)
    form |= {"fr": ["Un mot."], "ar": ["كلمة."], "numbers": ["1, 3"]}
    assert client.post(f"{MORNING}/edit", data=form).status_code == 303
    again = form_of(client)
    assert (again["fr"][0], again["ar"][0], again["numbers"][0]) == (
        "Un mot.",
        "كلمة.",
        "1, 3",
    )
    said = page(client.get(f"{DAY}?lang=ar")).get_text(" ")
    assert "كلمة." in said


def test_what_is_wrong_is_said_beside_its_line_and_all_that_was_typed_stays(client):
    form = form_of(client)
    typed = form | {
        "fr": ["Un mot.", "Deux mots.", ""],
        "ar": ["", "", "كلمة."],
        "numbers": ["1", "77", ""],
        "order": form["order"][::-1],
        "references": form["references"][::-1],
        "left_out": form["order"][-1],
    }
    answer = client.post(f"{MORNING}/edit", data=typed)
    assert answer.status_code == 400
    shown = BeautifulSoup(answer.text, "lxml")
    again = {
        name: [one.text.strip() for one in shown.find_all(attrs={"name": name})]
        for name in ("fr", "ar")
    }
    assert again == {name: typed[name] for name in again}
    rows = shown.select("fieldset.essential")
    assert [row.find(attrs={"name": "numbers"})["value"] for row in rows] == [
        "1",
        "77",
        "",
    ]
    assert ["77" in row.get_text() for row in rows] == [False, True, False]
    assert "names no article" in rows[2].get_text()
    for row, is_wrong in zip(rows, [False, True, True], strict=True):
        field = row.find(attrs={"name": "numbers"})
        assert (field.get("aria-invalid") == "true") == is_wrong
    lines = shown.select(".builder-line")
    assert [line["value"] for line in lines] == form["references"][::-1]
    assert [line.find(type="checkbox").has_attr("checked") for line in lines] == [
        True,
        False,
        False,
    ]
    assert form_of(client) == form


def test_a_number_is_that_of_the_page_where_it_was_typed(client, office):
    form = form_of(client)
    # Meanwhile another person moved the last article to the top.
    moved = [form["order"][-1], *form["order"][:-1]]
    client.post(f"{MORNING}/edit", data=form | {"order": moved})
    client.post(
        f"{MORNING}/edit", data=form | {"fr": ["Un mot."], "ar": [""], "numbers": ["3"]}
    )
    (kept,) = Edits.from_row(row(office).edits).essentials
    assert kept.articles == (int(form["order"][-1]),)


def test_a_line_moved_by_script_keeps_its_number_until_it_is_kept(client, office):
    form = form_of(client)
    moved = form | {
        "order": form["order"][::-1],
        "references": form["references"][::-1],
        "fr": ["Un mot."],
        "ar": [""],
        "numbers": ["1"],
    }
    client.post(f"{MORNING}/edit", data=moved)
    (kept,) = Edits.from_row(row(office).edits).essentials
    assert kept.articles == (int(form["order"][0]),)
    assert form_of(client)["numbers"][0] == "3"


def test_an_essential_is_not_lost_with_its_article(client):
    form = form_of(client)
    form |= {"fr": ["Un mot."], "ar": [""], "numbers": ["3"]}
    answer = client.post(f"{MORNING}/edit", data=form | {"left_out": form["order"][-1]})
    assert answer.status_code == 400
    assert "is left out" in answer.text


def test_a_line_too_many_is_not_proposed(client):
    form = form_of(client)
    full = form | {
        "fr": ["Un mot."] * 12,
        "ar": [""] * 12,
        "numbers": ["1"] * 12,
    }
    assert client.post(f"{MORNING}/edit", data=full).status_code == 303
    again = form_of(client)
    answer = client.post(
        f"{MORNING}/edit", data=again | {"propose": again["order"][-1]}
    )
    assert answer.status_code == 400
    assert len(form_of(client)["fr"]) == 12


def test_lines_move_without_a_script(client):
    form = form_of(client)
    client.post(f"{MORNING}/edit", data=form | {"up": form["order"][-1]})
    assert titles(client) == [f"Habitat <b>{number}</b>" for number in (0, 2, 1)]


def test_a_line_is_left_out_and_taken_back(client):
    form = form_of(client)
    client.post(f"{MORNING}/edit", data=form | {"left_out": form["order"][-1]})
    assert titles(client) == ["Habitat <b>0</b>", "Habitat <b>1</b>"]
    form = form_of(client)
    client.post(f"{MORNING}/edit", data=form)
    assert len(titles(client)) == 3


def test_a_proposed_line_quotes_the_headline(client):
    form = form_of(client)
    client.post(f"{MORNING}/edit", data=form | {"propose": form["order"][-1]})
    again = form_of(client)
    assert "Habitat <b>2</b>" in again["fr"][0]
    assert again["numbers"][0]


def seal_of(client):
    return page(client.get(f"{MORNING}/edit")).find(attrs={"name": "seen"})["value"]


def test_two_people_at_one_edition_lose_no_words(client, office):
    other = signed_in(office, Role.VALIDATOR)
    form, seen = form_of(client), seal_of(client)
    words = {"fr": ["Le mot de Salma."], "ar": [""], "numbers": ["1"]}
    theirs = {"fr": ["Le mot d'Omar."], "ar": [""], "numbers": ["2"]}
    assert other.post(f"{MORNING}/edit", data=form | theirs | {"seen": seen})
    late = client.post(f"{MORNING}/edit", data=form | words | {"seen": seen})
    assert late.status_code == 409
    shown = BeautifulSoup(late.text, "lxml")
    assert "Le mot d'Omar." in shown.select_one(".theirs").get_text()
    assert shown.find("textarea", attrs={"name": "fr"}).text.strip() == words["fr"][0]
    (kept,) = Edits.from_row(row(office).edits).essentials
    assert kept.said[0].text == "Le mot d'Omar."
    again = form | words | {"seen": shown.find(attrs={"name": "seen"})["value"]}
    assert client.post(f"{MORNING}/edit", data=again).status_code == 303
    (kept,) = Edits.from_row(row(office).edits).essentials
    assert kept.said[0].text == "Le mot de Salma."


def test_what_was_validated_meanwhile_leaves_my_words_in_the_fields(client, office):
    form = form_of(client) | {"fr": ["Un mot."], "ar": [""], "numbers": ["1"]}
    other = signed_in(office, Role.VALIDATOR)
    seen = seal_of(client)
    other.post(f"{MORNING}/freeze")
    other.post(f"{MORNING}/validate")
    late = client.post(f"{MORNING}/edit", data=form | {"seen": seen})
    assert late.status_code == 409
    assert "Un mot.</textarea>" in late.text
    assert "Reopen it before it is sent" in late.text


def test_the_first_page_is_counted_and_nothing_is_kept(client, office):
    form = form_of(client) | {
        "fr": ["m" * 96, ""],
        "ar": ["", ""],
        "numbers": ["1", ""],
    }
    part = client.post(f"{MORNING}/first-page", data=form)
    assert "Page one fits." in part.text
    assert "2 of 12 lines" in part.text
    assert "3 of 10 at most" in part.text
    assert "<html" not in part.text
    long = form | {"fr": ["m" * 400] * 3, "ar": [""] * 3, "numbers": ["1"] * 3}
    assert "does not fit" in client.post(f"{MORNING}/first-page", data=long).text
    assert row(office) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"mailing_list": "nobody"}, "mailing_list"),
        ({"channel": "pigeon"}, "channel"),
        ({"layout": "xx"}, "layout"),
        ({"kind": ["evening"]}, "kinds"),
        ({"section": ["nowhere"]}, "sections"),
    ],
)
def test_what_is_wrong_with_a_readers_group_stands_at_its_field(client, changes, field):
    told = {
        "name": "Le cabinet",
        "mailing_list": "nationale",
        "channel": "outbox",
        "layout": "",
        "kind": ["morning"],
    }
    answer = client.post("/review-readers?lang=fr", data=told | changes)
    assert answer.status_code == 400
    shown = BeautifulSoup(answer.text, "lxml")
    assert shown.find(id=f"{field}-wrong").get_text().strip()


def test_an_edition_is_frozen_validated_and_reopened_by_who_may(client, office):
    assert client.post(f"{MORNING}/freeze").status_code == 303
    assert client.post(f"{MORNING}/validate").status_code == 303
    assert (row(office).state, row(office).validated_by) == ("validated", "watcher")
    assert client.post(f"{MORNING}/edit", data={"order": ["1"]}).status_code == 409
    assert client.post(f"{MORNING}/reopen").status_code == 303
    assert row(office).state == "frozen"


def test_who_may_only_read_changes_nothing(office):
    reader = signed_in(office, Role.READER)
    for path, filled in (
        (f"{MORNING}/edit", {"order": ["1"]}),
        (f"{MORNING}/freeze", {}),
        (f"{MORNING}/validate", {}),
        (f"{MORNING}/reopen", {}),
        (f"{MORNING}/correct", {"because": "x"}),
        ("/review-plan", {"order": ["releases"]}),
        ("/review-readers", {"name": "x"}),
        ("/review-readers/remove", {"name": "x"}),
    ):
        assert reader.post(path, data=filled).status_code == 403, path
    assert page(reader.get(DAY)).find("form", action=f"{MORNING}/validate") is None


def test_a_correction_opens_the_builder_of_version_two(client, office):
    client.post(f"{MORNING}/freeze")
    client.post(f"{MORNING}/validate")
    with office.database.write() as session:
        editions.sent(
            session,
            editions.edition(session, "2026-11-24/morning"),
            now=office.clock.now(),
        )
    answer = client.post(f"{MORNING}/correct", data={"because": "Une erreur."})
    assert answer.headers["location"] == f"{MORNING}/edit"
    assert (row(office).version, row(office).state) == (2, "frozen")
    assert "Une erreur." in page(client.get(DAY)).get_text(" ")


@pytest.mark.parametrize("layout", ["", "bilingual"])
def test_the_edition_is_kept_as_a_file_of_each_format(client, layout):
    for name in formats():
        answer = client.get(f"{MORNING}/file/{name}?layout={layout}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.content


def test_a_format_or_a_layout_that_there_is_not_is_said(client):
    assert client.get(f"{MORNING}/file/odt").status_code == 404
    assert client.get(f"{MORNING}/file/html?layout=xx").status_code == 400


@pytest.mark.parametrize("name", ["noon", "flash-0900"])
def test_an_edition_that_there_is_not_is_said(client, name):
    assert client.get(f"{DAY}/{name}").status_code in {400, 404}


def test_the_plan_is_kept_with_its_order_and_arrangement(client, office):
    form = page(client.get("/review-plan")).find(id="builder")
    order = [one["value"] for one in form.find_all(attrs={"name": "order"})]
    assert "watch:Habitat" in order
    moved = {
        "order": order,
        "on": [key for key in order if key != "agencies"],
        "arrangement": "language-first",
        "down": order[0],
    }
    assert client.post("/review-plan", data=moved).status_code == 303
    with office.database.read() as session:
        kept = Plan.from_row(session.scalar(select(ReviewPlan.parts)))
    assert [one.key for one in kept.sections][:2] == [order[1], order[0]]
    assert [one.key for one in kept.sections if not one.is_on] == ["agencies"]
    assert kept.arrangement == "language-first"


def test_a_plan_that_misses_a_section_is_refused(client):
    answer = client.post(
        "/review-plan", data={"order": ["releases"], "arrangement": "theme-first"}
    )
    assert answer.status_code == 400


def a_group(**given):
    return {
        "name": "Cabinet",
        "mailing_list": "lecteurs",
        "channel": "outbox",
        "layout": "fr",
        "kind": ["morning"],
        "with_pdf": "1",
    } | given


@pytest.fixture
def listed(office):
    """A readers' list with one French and one Arabic reader."""
    now = office.clock.now()
    with office.database.write() as session:
        people = [
            Contact(
                address=f"{language}@cabinet.test",
                address_key=f"{language}@cabinet.test",
                name=f"Lecteur {language}",
                languages=[language],
                beats=[],
                created_at=now,
                updated_at=now,
            )
            for language in ("fr", "ar")
        ]
        made = MailingList(name="lecteurs")
        session.add_all([made, *people])
        session.flush()
        session.add_all(
            Membership(mailing_list_id=made.id, contact_id=one.id) for one in people
        )
    return office


def test_a_readers_group_is_added_shown_and_removed(client, listed):
    assert client.post("/review-readers", data=a_group()).status_code == 303
    assert "Cabinet" in page(client.get("/review-readers")).get_text(" ")
    client.post("/review-readers/remove", data={"name": "Cabinet"})
    with listed.database.read() as session:
        assert readers.groups(session) == []


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", " ", 400),
        ("channel", "pigeon", 400),
        ("layout", "xx", 400),
        ("mailing_list", "nulle", 400),
    ],
)
def test_a_group_that_cannot_be_is_refused(client, listed, field, value, status):
    answer = client.post("/review-readers", data=a_group(**{field: value}))
    assert answer.status_code == status


def test_a_reader_opens_their_own_edition_and_nothing_of_ours(client, listed):
    client.post("/review-readers", data=a_group(layout="", section=["watch:Habitat"]))
    client.post(f"{MORNING}/freeze")
    client.post(f"{MORNING}/validate")
    mailing = Mailing(
        settings=listed.settings, zone_rules=listed.zone_rules, ids=listed.ids
    )
    now = listed.clock.now()
    with listed.database.write() as session:
        edition = editions.edition(session, "2026-11-24/morning")
        mailing.send(session, edition, mailing.compose(session, edition), now)
        editions.sent(session, edition, now=now)
        tokens = dict(session.execute(select(Delivery.language, Delivery.token)).all())
    outside = TestClient(make_public_app(listed))
    for language in ("fr", "ar"):
        answer = outside.get(f"/r/{listed.links.sign(Purpose.READ, tokens[language])}")
        shown = page(answer)
        assert shown.html["lang"] == language
        assert "Habitat <b>0</b>" in shown.get_text(" ")
        # A section of another group's is not theirs, and our pages are not to be opened.
        assert "112/2026" not in shown.get_text(" ")
        assert not [
            a
            for a in shown.find_all("a")
            if a["href"].startswith(("/coverage", "/articles"))
        ]
        assert shown.find("meta", attrs={"name": "robots"})["content"].startswith(
            "noindex"
        )
    assert outside.get("/r/nothing").status_code == 404


def test_today_shows_the_editions_and_where_they_stand(client, office):
    said = page(client.get("/?lang=en")).get_text(" ")
    assert "Morning edition" in said
    client.post(f"{MORNING}/freeze")
    assert "to be validated" in page(client.get("/?lang=en")).get_text(" ")


def test_an_old_link_to_a_day_shows_its_morning_edition(client, office):
    slot = calendar.by_key(
        "2026-11-24", office.settings.review, office.settings.organisation.zone
    )
    with office.database.write() as session:
        editions.edit(session, slot, Edits(left_out=frozenset()))
    assert titles(client) == titles(client, MORNING)
