"""After signing in, or choosing a language, one is led to a page of ours and nowhere else."""

from datetime import UTC, datetime
from urllib.parse import quote, urljoin, urlsplit

import pytest
from people_makers import an_office_of_people, sign_in, somebody, visitor

from app.web.own_paths import own_path
from core.clock import StoppedClock

OURS = "https://presse.ministere.test/login"
ELSEWHERE = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "\\/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https://evil.test",
    "https://presse.ministere.test@evil.test/",
    "//presse.ministere.test@evil.test/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.test",
    "\t//evil.test",
    "/\n/evil.test",
    "/\r\nLocation: https://evil.test",
    "/\x00/evil.test",
    "\u00a0//evil.test",
    "%2f%2fevil.test",
    "/%2fevil.test",
    "/%5cevil.test",
    "/%09/evil.test",
    "/%252fevil.test",
    "/%0d%0aSet-Cookie:x=1",
    "evil.test",
    "",
    "?next=//evil.test",
    "/" + "a" * 3_000,
]
OWN = ["/", "/releases", "/releases?q=a%20b&page=2", "/search?q=%D9%82", "/a//b", "/@x"]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_no_address_leads_elsewhere(asked):
    assert own_path(asked) == "/"


@pytest.mark.parametrize("asked", OWN)
def test_a_path_of_ours_stays_as_it_is(asked):
    assert own_path(asked) == asked
    assert urlsplit(urljoin(OURS, asked)).netloc == "presse.ministere.test"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with an_office_of_people(tmp_path_factory.mktemp("office"), clock) as opened:
        yield opened


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_no_page_leads_elsewhere(office, asked):
    client = visitor(office)
    chosen = client.get(f"/language/fr?next={quote(asked, safe='')}")
    assert chosen.headers["location"] == "/"
    page = client.get(f"/login?next={quote(asked, safe='')}")
    assert 'name="next" value="/"' in page.text


def test_signing_in_leads_nowhere_else(office):
    somebody(office)
    client = visitor(office)
    for asked in ("//evil.test", "/\\evil.test", "/\t/evil.test", "https:evil.test"):
        assert sign_in(client, next=asked).headers["location"] == "/"
    assert sign_in(client, next="/sources").headers["location"] == "/sources"
