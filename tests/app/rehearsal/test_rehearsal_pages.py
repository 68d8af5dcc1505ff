"""The pages only a rehearsal has, beside the office's own."""

import smtplib
from email.message import EmailMessage

import pytest
from engines import address
from fastapi.testclient import TestClient

from app.bootstrap import open_office
from app.migrations.history import upgrade
from app.rehearsal import mailroom, newsroom, pages, script
from app.web import make_app
from core.clock import StoppedClock, SystemTimer
from core.resources import folder
from core.settings import Settings

SHIPPED = folder("config") / "rehearsal"
RABAT = "Africa/Casablanca"


@pytest.fixture
def visit(tmp_path):
    start, end = script.moments(RABAT)
    clock = StoppedClock(start)
    press = newsroom.Newsroom(SHIPPED, clock=clock, timer=clock)
    room = mailroom.Mailroom(clock)
    with mailroom.receiving(room) as port:
        settings = Settings.model_validate(
            {
                "data_dir": tmp_path,
                "database_url": address(tmp_path),
                "channels": {"smtp": {"host": "127.0.0.1", "port": port}},
                "web": {"sign_in_as": script.VISITOR},
            }
        )
        with open_office(settings, clock=clock, timer=SystemTimer()) as office:
            upgrade(office.database)
            script.fill(office, press, SHIPPED)
            mail = EmailMessage()
            mail["Subject"] = "بلاغ صحفي"
            mail["From"] = "presse@ministere.test"
            mail.set_content("نص البلاغ")
            mail.add_alternative("<p>نص<script>alert(1)</script></p>", subtype="html")
            with smtplib.SMTP("127.0.0.1", port) as server:
                server.send_message(mail, to_addrs=["a@press.test"])
            clock.move_to(end)
            app = make_app(
                office,
                extra_routers=[pages.router(room, press)],
                banner=lambda: "Rehearsal",
                link_for=pages.link_for,
            )
            with TestClient(app, base_url="http://127.0.0.1") as client:
                yield client


def test_the_mailbox_shows_what_a_journalist_received(visit):
    assert "بلاغ صحفي" in visit.get("/rehearsal/mailbox").text
    page = visit.get("/rehearsal/mailbox/1").text
    assert "نص البلاغ" in page
    assert "presse@ministere.test" in page
    assert visit.get("/rehearsal/mailbox/2").status_code == 404


def test_a_mail_is_shown_where_its_scripts_cannot_run(visit):
    shown = visit.get("/rehearsal/mailbox/1/html")
    assert shown.headers["content-security-policy"].startswith("sandbox;")
    assert "<iframe" in visit.get("/rehearsal/mailbox/1").text


def test_every_link_of_the_coverage_opens_in_a_browser(visit):
    start, end = script.moments(RABAT)
    outlets = newsroom.read_outlets(SHIPPED / "outlets.toml")
    hosts = {outlet.name: outlet.host for outlet in outlets}
    played = [
        article
        for article in newsroom.read_articles(SHIPPED / "articles.jsonl")
        if start <= article.at <= end
    ]
    assert len(played) > 10
    for article in played:
        link = pages.link_for(f"http://{hosts[article.outlet]}{article.path}")
        shown = visit.get(link)
        assert shown.status_code == 200, link
        assert shown.headers["content-security-policy"].startswith("sandbox;")


def test_the_office_is_filled_with_its_two_releases_and_their_dispatches(visit):
    page = visit.get("/releases").text
    assert "111/2018" in page
    assert "112/2018" in page
    assert visit.get("/dispatches/2").status_code == 200
