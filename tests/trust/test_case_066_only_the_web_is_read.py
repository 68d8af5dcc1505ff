"""Case 66: files, ftp, gopher and their kin are refused wherever an address is given."""

import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from fake_web import FakeWeb
from fastapi.testclient import TestClient
from hostile_marks import LINKS
from screen_makers import cookie
from screens_ground import office_with_accounts
from typer.testing import CliRunner

from app.cli import build
from app.web import make_app
from app.web.sessions import COOKIE
from core.clock import SystemTimer
from core.errors import BadInput, FetchRefused
from core.settings import Settings
from core.values import Role
from core.web import open_web
from core.zones import zone
from monitor.catalogue import KINDS, require_readable
from monitor.catalogue.reading import read_list
from monitor.models import Source
from monitor.sources.base import Document, NotASource

FORBIDDEN = (
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "file://localhost/etc/passwd",
    "/etc/passwd",
    "../../etc/passwd",
    "etc/passwd",
    "ftp://127.0.0.1/x",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "jar:http://a.test!/x",
    "php://filter/resource=/etc/passwd",
    "feed://a.test/",
    "feed:file:///etc/passwd",
    "<rss><channel></channel></rss>",
    *(link for link in LINKS if "\x01" not in link and link.strip()),
)
FORBIDDEN = tuple(dict.fromkeys(FORBIDDEN))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_gate_every_way_in_passes_refuses_it(kind):
    for address in FORBIDDEN:
        with pytest.raises(BadInput):
            require_readable(address, kind=kind)


@pytest.mark.parametrize("command", ["add", "test"])
def test_the_command_line_refuses_it_before_anything_is_opened(command, tmp_path):
    data = tmp_path / "data"
    for address in FORBIDDEN:
        result = CliRunner().invoke(
            build(),
            ["source", command, "--", address],
            env={"PARUTION_DATA_DIR": str(data)},
        )
        assert isinstance(result.exception, BadInput), (address, result.output)
    assert not data.exists()


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/etc/passwd"])
def test_the_command_ends_with_2_and_says_what_to_do(address, tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", "source", "add", address],
        cwd=Path(__file__).parents[2],
        env={"PARUTION_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 2
    assert "Give a full address such as https://example.org/feed." in ended.stderr
    assert "root:" not in ended.stdout + ended.stderr


def test_the_screen_refuses_it_with_400_and_adds_nothing(tmp_path, clock, ids):
    with office_with_accounts(tmp_path, clock, ids) as office:
        client = TestClient(make_app(office), follow_redirects=False)
        client.cookies.set(COOKIE, cookie(office, Role.WATCHER))
        for address in FORBIDDEN:
            for kind in ("", "feed", "page"):
                told = {"url": address, "kind": kind}
                answer = client.post("/sources", data=told)
                assert answer.status_code in {400, 422}, address
                assert "root:" not in answer.text
        with office.database.read() as session:
            assert session.query(Source).count() == 0


@pytest.mark.parametrize("ending", ["opml", "toml", "tsv"])
def test_lists_refuse_it_with_its_line_and_bring_nothing_in(ending, tmp_path):
    for address in FORBIDDEN:
        if "\n" in address or "\t" in address or '"' in address:
            continue
        path = tmp_path / f"list.{ending}"
        path.write_text(_list(ending, address), encoding="utf-8")
        with pytest.raises(BadInput, match=r"line 3"):
            read_list(path)


def _list(ending, address):
    return {
        "opml": "<opml><body>\n<outline xmlUrl='https://a.test/'/>\n"
        f"<outline text='A' xmlUrl={quoteattr(address)}/></body></opml>",
        "toml": "[[outlet]]\nname = 'A'\n"
        f"sources = [{{ kind = 'feed', url = \"{address.replace(chr(92), chr(92) * 2)}\" }}]",
        "tsv": f"name\tfeed_url\nA\thttps://a.test/\nB\t{address}\n",
    }[ending]


def test_the_web_refuses_it_itself():
    web = open_web(Settings().fetch, timer=SystemTimer())
    try:
        for address in FORBIDDEN:
            with pytest.raises(FetchRefused):
                web.get(address, robots=False)
    finally:
        web.close()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_takes_what_came_for_the_name_of_a_file(kind, tmp_path):
    secret = tmp_path / "secret.xml"
    secret.write_text(
        "<rss><channel><item><link>https://secret.test/</link></item></channel></rss>"
    )
    for body in (str(secret), f"file://{secret}", "/etc/passwd", "https://a.test/feed"):
        document = Document(body=body.encode(), url="https://a.test/")
        made = KINDS[kind]()
        try:
            read = made.quick(document, options={}) or made.parse(document, options={})
        except NotASource:
            continue
        assert all("secret" not in entry.url for entry in read.entries)


def test_a_page_cannot_send_discovery_to_a_file(tmp_path):
    from datetime import UTC, datetime  # noqa: PLC0415 - beside its only use

    from monitor.discovery import discover  # noqa: PLC0415 - the same

    named = "".join(
        f"<link rel=alternate type=application/rss+xml href={quoteattr(address)}>"
        f"<a href={quoteattr(address)}>RSS feed</a>"
        for address in FORBIDDEN
    )
    web = FakeWeb({"https://a.test/": f"<html><head>{named}</head></html>"})
    discover(
        web,
        "https://a.test/",
        read=lambda kind, document, options: KINDS[kind]().parse(
            document, options=options
        ),
        now=datetime(2026, 11, 24, tzinfo=UTC),
        zone=zone("Africa/Casablanca"),
        thorough=True,
    )
    for asked in web.urls:
        assert asked.startswith(("https://", "http://"))
        assert "@" not in asked.split("/")[2]
