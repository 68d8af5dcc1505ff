"""The source commands, as a person types them, against a site on this machine."""

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from engines import home
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, Conflict, NotFound, OfficeError

NOW = datetime.now(UTC)  # noqa: TID251 - the command line's own clock runs, too
TITLES = (
    "Les agences urbaines se réunissent",
    "Le budget est adopté",
    "La récolte est bonne",
)


def rss():
    items = "".join(
        f"<item><title>{title}</title><link>http://echo.test/{number}</link><pubDate>"
        f"{format_datetime(NOW - timedelta(hours=number + 1))}</pubDate></item>"
        for number, title in enumerate(TITLES)
    )
    return f"<rss version='2.0'><channel><title>L'Écho</title>{items}</channel></rss>"


ITEM = "<item><title>{0}</title><link>http://echo.test/o{0}</link>{1}</item>"
DAY = "<pubDate>Tue, 24 Nov 2026 09:00:00 +0000</pubDate>"
CHANNEL = "<rss version='2.0'><channel><title>L'Écho</title>{}</channel></rss>"
PAGES = {
    "/one": CHANNEL.format(ITEM.format("Le port ouvre", "")),
    "/at-once": CHANNEL.format("".join(ITEM.format(n, DAY) for n in range(3))),
    "/": "<html><head><link rel=alternate type=application/rss+xml href=/feed>"
    "<link rel=alternate type=application/rss+xml href=/comments/feed></head></html>",
    "/feed": rss(),
    "/empty": "<html><head><title>Rien</title></head><body><p>Rien à lire.</p></body></html>",
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given):
        pass


@pytest.fixture(scope="module")
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def run(tmp_path, site):
    """Run one command; answers its output, or raises what it would say."""
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_FETCH__ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "PARUTION_FETCH__HOSTS": json.dumps({"echo.test": site}),
        "PARUTION_FETCH__PACE_SECONDS": "0",
        "COLUMNS": "200",
    }

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return run


@pytest.fixture
def parution(run):
    return lambda *words: [
        json.loads(line) for line in run(*words, "--json").stdout.splitlines()
    ]


def test_a_source_is_found_from_the_home_page_and_added(run, parution):
    (made,) = parution("source", "add", "http://echo.test/", "--outlet", "L'Écho")
    assert (made["kind"], made["url"], made["entries"]) == (
        "feed",
        "http://echo.test/feed",
        3,
    )
    (line,) = parution("source", "list", "--state", "new")
    assert (line["outlet"], line["why"]) == ("L'Écho", "It was not read yet.")
    assert parution("source", "list", "--state", "blocked") == []
    with pytest.raises(BadInput, match="already"):
        run("source", "add", "http://echo.test/")


def test_what_would_be_read_is_said_in_plain_words(run, parution):
    said = run("source", "test", "http://echo.test/feed").stdout
    assert "This is a feed, called “L'Écho”; most of it is in French." in said
    assert "It lists 3 articles, 3 of them not seen yet." in said
    assert "The newest appeared 1 hour ago, the oldest 3 hours ago." in said
    assert "Something new comes about once in 1 hour." in said
    assert "robots.txt lets us read it." in said
    (row,) = parution("source", "test", "http://echo.test/feed")
    assert (row["entries"], row["new"], row["usual_gap_seconds"]) == (3, 3, 3600)
    assert parution("source", "list") == []


def test_why_an_address_cannot_be_read_is_said_with_the_next_step(run, parution):
    said = run("source", "test", "http://echo.test/nothing").stdout
    assert "The site answers with an error (\u2068404\u2069)." in said
    assert "look for a new address" in said
    assert "(404)" not in said, "said once"
    (row,) = parution("source", "test", "http://echo.test/nothing")
    assert (row["fault"], row["readable"]) == ("status", False)


def test_everything_that_was_looked_at_is_listed_when_asked(parution):
    rows = parution("source", "add", "http://echo.test/", "--all")
    assert rows[0]["why"] == "chosen"
    assert "comments of readers, no articles" in {row["why"] for row in rows}
    assert parution("source", "list") == []


def test_one_article_is_said_as_one(run):
    said = run("source", "test", "http://echo.test/one").stdout
    assert "It lists 1 article, not seen yet." in said
    assert "1 article has no date that can be believed; it keeps" in said
    assert "How often it publishes cannot be told" in said


def test_articles_of_one_moment_tell_no_rhythm(run):
    said = run("source", "test", "http://echo.test/at-once").stdout
    assert "How often it publishes cannot be told" in said


def test_a_state_or_a_kind_that_there_is_not_is_refused(run):
    with pytest.raises(BadInput, match="no state 'bad'"):
        run("source", "list", "--state", "bad")
    with pytest.raises(BadInput, match="no kind of source called 'bad'"):
        run("source", "list", "--kind", "bad")


def test_a_selector_is_css_and_belongs_to_a_listing_page(run):
    run("source", "add", "http://echo.test/x", "--kind", "page")
    run("source", "add", "http://echo.test/feed")
    with pytest.raises(BadInput, match="no CSS selector"):
        run("source", "set", 1, "--selector", "h2 a[")
    run("source", "set", 1, "--selector", "h2 a")
    with pytest.raises(BadInput, match="no listing page"):
        run("source", "set", 2, "--selector", "h2 a")


def test_nothing_is_added_where_nothing_is_found(run):
    with pytest.raises(NotFound, match="Nothing that brings articles"):
        run("source", "add", "http://echo.test/empty")


def test_a_kind_that_is_given_is_believed_without_a_look(parution):
    (made,) = parution("source", "add", "http://echo.test/x", "--kind", "page")
    assert (made["kind"], made["outlet"]) == ("page", "echo.test")


def test_the_starter_list_comes_in_once_and_goes_out_again(run, parution, tmp_path):
    said = run("source", "import", "starter").stdout
    assert "Added: outlets 114, sources 108." in said
    again = run("source", "import", "starter")
    assert "Added: outlets 0, sources 0." in again.stdout
    assert "outlets 114, sources 108." in again.stdout
    for form in ("toml", "opml"):
        path = tmp_path / f"out.{form}"
        path.write_text(run("source", "export", "--format", form).stdout)
        assert (
            "left as they are: outlets 114, sources 108."
            in run("source", "import", path).stdout
        )
    assert len(parution("source", "list", "--tier", "1")) > 30
    with pytest.raises(BadInput, match="no format"):
        run("source", "export", "--format", "xml")


def test_a_bad_line_brings_nothing_in(run, parution, tmp_path):
    path = tmp_path / "list.toml"
    path.write_text(
        "[[outlet]]\nname='A'\nsources=[{url='https://a.test/'}]\n[[outlet]]\nname=1\n"
    )
    with pytest.raises(BadInput, match="line 5, name"):
        run("source", "import", path)
    assert parution("source", "list") == []


def test_a_source_is_changed_paused_and_removed(run, parution):
    run("source", "add", "http://echo.test/list", "--kind", "page")
    (told,) = parution(
        "source", "set", 1, "--selector", "h2 a", "--tier", 1, "--licence", "oui"
    )
    assert told["options"] == {"selector": "h2 a", "licence": "oui"}
    assert told["tier"] == 1
    (told,) = parution("source", "set", 1, "--licence", "")
    assert told["options"] == {"selector": "h2 a"}
    run("source", "pause", 1, "--because", "moved")
    (shown,) = parution("source", "show", 1)
    assert (shown["paused"], shown["why"]) == ("moved", "Paused: moved")
    run("source", "resume", 1)
    run("source", "accept", 1)
    assert "began_at" in run("source", "show", 1).stdout
    run("source", "remove", 1)
    with pytest.raises(NotFound):
        run("source", "show", 1)
    for words in (
        ["set", 9, "--tier", 1],
        ["pause", 9, "--because", "x"],
        ["remove", 9],
    ):
        with pytest.raises(NotFound):
            run("source", *words)


def test_a_source_that_brought_articles_is_paused_rather_than_removed(run, parution):
    run("source", "add", "http://echo.test/feed")
    (polled,) = parution("poll", "--source", 1)
    assert (polled["outcome"], polled["entries"]) == ("read", 3)
    (row,) = parution("source", "test", "http://echo.test/feed")
    assert row["new"] == 0
    with pytest.raises(Conflict, match="brought articles"):
        run("source", "remove", 1)


def test_what_was_printed_is_entered_by_hand(parution):
    (made,) = parution(
        *("article", "add", "--outlet", "Al Massae", "--medium", "print", "--page", 4),
        *("--title", "Les agences à la une", "--published", "2026-11-24"),
    )
    (row,) = parution("article", "list")
    assert (row["id"], row["outlet"], row["section"]) == (
        made["id"],
        "Al Massae",
        "p. 4",
    )
    (line,) = parution("source", "list")
    assert (line["kind"], line["state"]) == ("manual", "ok")
