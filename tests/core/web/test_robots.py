"""What an answer to /robots.txt means, and how long it holds."""

import pytest

from core.errors import (
    AddressRefused,
    FetchFailed,
    FetchRefused,
    RobotsRefused,
    RobotsUnread,
    TimedOut,
    Unreachable,
    WrongCoding,
)
from core.web.robots import MOST_BYTES, Rules, Shelf, rules_of

US = "Parution"
SITE = "http://a.test"


def is_allowed(rules, path):
    try:
        rules.require_allowed(f"{SITE}{path}", US)
    except (FetchRefused, FetchFailed):
        return False
    return True


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 204, 304])
def test_without_a_file_everything_is_allowed(status):
    assert is_allowed(rules_of(status, b"", US), "/any")


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_servers_fault_forbids_everything_with_its_own_code(status):
    rules = rules_of(status, b"User-agent: *\nAllow: /", US)
    with pytest.raises(RobotsUnread, match=str(status)) as unread:
        rules.require_allowed(f"{SITE}/any", US)
    assert unread.value.code == "robots-unread"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Unreachable("down"), Unreachable),
        (TimedOut("slow"), TimedOut),
        (AddressRefused("private"), AddressRefused),
        (WrongCoding("br"), RobotsUnread),
    ],
    ids=["unreachable", "timeout", "address", "coding"],
)
def test_a_site_that_is_down_is_called_down(fault, kind):
    with pytest.raises(kind) as raised:
        Rules(fault=fault).require_allowed(f"{SITE}/any", US)
    assert raised.value.to == f"{SITE}/any"
    assert raised.value.mend


def test_the_longest_rule_and_our_own_group_decide():
    rules = rules_of(
        200,
        "\ufeffUser-agent: *\nDisallow: /\n\n"
        "user-agent: PARUTION\nDisallow: /closed\nAllow: /closed/feed$\n"
        "Disallow: /*.pdf$\nCrawl-delay: 7\nSitemap: /s.xml\n".encode(),
        US,
    )
    assert is_allowed(rules, "/open")
    assert not is_allowed(rules, "/closed/x")
    assert is_allowed(rules, "/closed/feed")
    assert not is_allowed(rules, "/a.pdf")
    assert rules.delay == 7
    assert rules.sitemaps == ("/s.xml",)
    with pytest.raises(RobotsRefused) as refused:
        rules.require_allowed(f"{SITE}/closed", US)
    assert refused.value.code == "robots"


@pytest.mark.parametrize(
    "body", [b"", b"\0\xff\xfe", b"<html>404</html>", b"Disallow: /"]
)
def test_a_file_without_rules_for_us_allows(body):
    assert is_allowed(rules_of(200, body, US), "/any")


def test_an_unreasonable_delay_is_cut():
    assert rules_of(200, b"User-agent: *\nCrawl-delay: 86400", US).delay == 120
    assert rules_of(200, b"User-agent: *\nCrawl-delay: nan", US).delay == 0
    assert rules_of(200, b"User-agent: *\nCrawl-delay: -3", US).delay == 0


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: a%d\n" * 30_000,
        b"".join(b"User-agent: a%d\n" % n for n in range(15_000))
        + b"Disallow: /x\n" * 20_000,
        b"".join(b"User-agent: a%d\n# still the group\n" % n for n in range(9_000))
        + b"Disallow: /x\n" * 20_000,
        b"User-agent: *\nDisallow: /" + b"a*" * 200_000 + b"b",
        b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(30_000)),
        b"a" * MOST_BYTES * 4,
    ],
    ids=["agents", "product", "comments", "stars", "rules", "line"],
)
def test_no_file_stretches_the_reading(body):
    """Ended by the test's own time-out when one does."""
    rules = rules_of(200, body, US)
    assert is_allowed(rules, "/" + "a" * 2_000) in {True, False}


def test_what_was_read_holds_a_day_and_a_fault_ten_minutes():
    shelf = Shelf()
    shelf.keep("http://a.test", Rules(), 1_000)
    shelf.keep("http://b.test", Rules(fault=TimedOut("slow")), 1_000)
    assert shelf.find("http://a.test", 1_000 + 86_399) is not None
    assert shelf.find("http://a.test", 1_000 + 86_400) is None
    assert shelf.find("http://b.test", 1_000 + 599) is not None
    assert shelf.find("http://b.test", 1_000 + 600) is None
    assert shelf.find("http://c.test", 0) is None
