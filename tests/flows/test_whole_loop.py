"""Communiqué -> dispatch -> SMTP -> publications -> coverage -> review, on a stopped clock."""

import email.policy
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

import distributor.report
import monitor.report
from app.bootstrap import open_office
from app.jobs import all_jobs
from app.migrations.history import upgrade
from app.reviews import editions
from core.clock import StoppedClock, SystemTimer
from core.resources import folder
from core.settings import Settings
from core.zones import moment_of
from distributor.contacts import importing as contact_importing
from distributor.releases import importing as release_importing
from distributor.sending.plan import plan
from monitor.catalogue import add_source

RABAT = "Africa/Casablanca"
START = datetime(2018, 12, 3, 9, tzinfo=UTC)

PEOPLE = """email,name,languages,outlet,provenance
n.alami@atlas.test,Nadia Alami,fr,Atlas Matin,annuaire
s.idrissi@sada.test,سعيد الإدريسي,ar,صدى الأطلس,annuaire
desk@agence.test,,"ar,fr",Agence,annuaire
"""


class Kept:
    """A mail server's other half: keeps what it accepts."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        mail = BytesParser(policy=email.policy.default).parsebytes(envelope.content)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


class Paper:
    """One outlet's site; what it publishes is put into `pages`."""

    def __init__(self):
        self.pages = {}
        self.feed = []
        pages, feed = self.pages, self.feed

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.headers["Host"].startswith("closed"):
                    self.answer(403, "text/html", "<p>No.</p>")
                elif self.path == "/feed":
                    self.answer(200, "application/rss+xml", rss(feed))
                elif self.path in pages:
                    self.answer(200, "text/html; charset=utf-8", pages[self.path])
                else:
                    self.answer(404, "text/html", "<p>Nothing here.</p>")

            def answer(self, status, media_type, text):
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def publish(self, path, *, title, paragraphs, at):
        body = "".join(f"<p>{text}</p>" for text in paragraphs)
        self.pages[path] = (
            f"<!doctype html><html lang='fr'><head><title>{title} - Atlas</title></head><body>"
            "<nav><a href='/'>Accueil</a> <a href='/sport'>Sport</a></nav>"
            f"<main><article><h1>{title}</h1>{body}</article></main>"
            "<footer>Mentions légales</footer></body></html>"
        )
        self.feed.append((path, title, at))


def rss(feed):
    entries = "".join(
        f"<item><title>{title}</title><link>http://atlas.test{path}</link>"
        f"<guid>{path}</guid><pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for path, title, at in feed
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        f"<title>Atlas</title><link>http://atlas.test/</link>{entries}</channel></rss>"
    )


@contextmanager
def serving(paper):
    thread = threading.Thread(target=paper.server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        paper.server.shutdown()
        paper.server.server_close()
        thread.join()


@pytest.fixture
def mails():
    kept = Kept()
    # aiosmtpd connects to its own port to see that it started, so it needs a real one.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        kept.port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@pytest.fixture
def paper():
    made = Paper()
    with serving(made):
        yield made


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def office(request, tmp_path, mails, paper):
    on_postgres = request.param == "postgresql"
    url = request.getfixturevalue("postgres_url") if on_postgres else ""
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": url,
            "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
            "channels": {
                "smtp": {"host": "127.0.0.1", "port": mails.port, "security": "none"}
            },
            "fetch": {
                "hosts": {
                    "atlas.test": f"127.0.0.1:{paper.port}",
                    "closed.test": f"127.0.0.1:{paper.port}",
                },
                "allow_networks": ["127.0.0.0/8"],
                "pace_seconds": 0,
            },
        }
    )
    clock = StoppedClock(START)
    with open_office(settings, clock=clock, timer=SystemTimer()) as opened:
        upgrade(opened.database)
        yield opened


def run(office, name):
    (job,) = (job for job in all_jobs(office) if job.name == name)
    return job.run()


def listen(office):
    """A poll, its pages, and what is found in them."""
    for name in ("poll", "read", "sift"):
        run(office, name)


def test_the_communique_comes_back_as_coverage_in_the_morning_review(
    office, mails, paper, tmp_path
):
    clock = office.clock
    files = sorted((folder("config") / "rehearsal" / "releases").glob("rencontre-*.md"))
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    with office.database.write() as session:
        release = release_importing.store(
            session,
            number="112/2018",
            kind="communique",
            versions=release_importing.read(files),
            zone=RABAT,
            embargo_wall=datetime(2018, 12, 4, 8),
            event_wall=None,
            now=clock.now(),
        )
        contact_importing.store(
            session,
            contact_importing.read(people).rows,
            list_name="nationale",
            now=clock.now(),
        )
        dispatch = plan(
            session,
            release_id=release.id,
            list_name="nationale",
            wall=datetime(2018, 12, 4, 9),
            zone=RABAT,
            channel="smtp",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=clock.now(),
        )
        for name, url in (
            ("Atlas Matin", "http://atlas.test/feed"),
            ("Closed", "http://closed.test/feed"),
        ):
            add_source(session, outlet_name=name, kind="feed", url=url, now=clock.now())
        paragraphs = {
            version.language: [
                part for part in version.body.split("\n\n") if len(part) > 200
            ]
            for version in release.versions
        }
        due, dispatch_id, release_id = dispatch.due_at, dispatch.id, release.id

    assert due == moment_of(datetime(2018, 12, 4, 9), RABAT)

    clock.move_to(due - timedelta(seconds=1))
    run(office, "send")
    assert mails.mails == [], "nothing leaves before its time"

    clock.move_to(due)
    run(office, "send")
    assert sorted(to for (to,), _ in mails.mails) == [
        "desk@agence.test",
        "n.alami@atlas.test",
        "s.idrissi@sada.test",
    ]
    in_french = next(m for (to,), m in mails.mails if to.startswith("n.alami"))
    in_arabic = next(m for (to,), m in mails.mails if to.startswith("s.idrissi"))
    assert in_french["Subject"] == "RENCONTRE DES AGENCES URBAINES"
    assert 'dir="rtl"' in in_arabic.get_body(("html",)).get_content()
    with office.database.read() as session:
        summary = distributor.report.summarise(session, dispatch_id)
    assert (summary.state, dict(summary.counts)["accepted"]) == ("done", 3)

    listen(office)
    paper.publish(
        "/urbanisme",
        title="Les agences urbaines se réunissent à Rabat",
        paragraphs=paragraphs["fr"],
        at=due + timedelta(hours=2),
    )
    paper.publish(
        "/football",
        title="Le MAS arrache le nul à Béni Mellal",
        paragraphs=[
            (
                "Le club de Fès a concédé un partage des points au terme d'un match fermé, "
                "disputé devant huit mille spectateurs, sans que les attaquants ne se montrent."
            )
        ]
        * 3,
        at=due + timedelta(hours=3),
    )
    clock.move_to(due + timedelta(hours=4))
    listen(office)
    with office.database.read() as session:
        (line,) = monitor.report.coverage(session, release_id=release_id)
        evidence = monitor.report.evidence(session, line.id)
    assert (line.label, line.outlet) == ("reprint", "Atlas Matin")
    passages = [one for one in evidence.article if one.number]
    longest = max(passages, key=lambda one: len(one.text))
    printed = longest.text
    taken_from = next(iter(evidence.versions.values()))
    kept = next(one.text for one in taken_from if one.number == longest.number)
    assert len(printed) > 200
    assert printed.split()[:5] == kept.split()[:5]

    clock.move_to(moment_of(datetime(2018, 12, 5, 8), RABAT))
    run(office, "review")
    with office.database.read() as session:
        frozen = editions.edition(session, "2018-12-05/morning")
        report = editions.report_of(frozen)
    titles = [line.title for part in report.sections for line in part.lines]
    assert titles == ["Les agences urbaines se réunissent à Rabat"]
    assert (report.completeness.read, report.completeness.total) == (1, 2)
    assert [source.state for source in report.completeness.silent] == ["blocked"]
