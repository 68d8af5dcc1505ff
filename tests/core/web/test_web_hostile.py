"""What a hostile site sends costs little, and is named."""

import gzip
import zlib
from contextlib import ExitStack

import pytest
from web_site import dripping, hanging, listening, pouring, web_site, web_to

from core.errors import (
    AddressRefused,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WrongCoding,
)

MOST = 2_000_000
OK = b"HTTP/1.1 200 OK\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"


@pytest.fixture
def site():
    with web_site() as made:
        yield made


@pytest.fixture
def opening(site):
    with ExitStack() as stack:

        def make(hosts=None, **given):
            named = site.hosts("a.test", "b.test") if hosts is None else hosts
            given = {"most_bytes": MOST, "total_seconds": 10, **given}
            return stack.enter_context(web_to(named, **given))

        yield make


def bomb(megabytes, wbits=31):
    packer = zlib.compressobj(9, wbits=wbits)
    zeros = bytes(1_000_000)
    packed = b"".join(packer.compress(zeros) for _ in range(megabytes))
    return packed + packer.flush()


@pytest.mark.parametrize(
    ("coding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)]
)
def test_a_bomb_is_refused(site, opening, coding, wbits):
    packed = bomb(20, wbits)
    assert len(packed) < MOST
    site.answers["/"] = (200, {"Content-Encoding": coding}, packed)
    with pytest.raises(TooLarge, match="larger than"):
        opening().get("http://a.test/")


def test_a_small_bomb_is_refused_for_how_much_it_inflates(site, opening):
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, bomb(3))
    with pytest.raises(TooLarge, match="it is a bomb"):
        opening(most_bytes=5_000_000).get("http://a.test/")


def test_a_bomb_in_many_pieces_is_refused(site, opening):
    pieces = gzip.compress(b"") * 1_000
    site.answers["/"] = (200, {"Content-Encoding": "gzip"}, pieces)
    with pytest.raises(WrongCoding, match="too many pieces"):
        opening().get("http://a.test/")


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        (b"", b"x" * 10_000),
        (b"Transfer-Encoding: chunked\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n"),
        (b"Content-Length: 99999999999\r\n", b"x" * 10_000),
        (b"Content-Encoding: deflate\r\n", bytes(10_000)),
    ],
    ids=["plain", "chunked", "long", "packed"],
)
def test_an_endless_answer_is_cut_off(site, opening, head, chunk):
    site.answers["/"] = pouring(chunk, head=OK + head + b"\r\n")
    with pytest.raises((TooLarge, WrongCoding)):
        opening().get("http://a.test/")


def test_a_redirect_with_an_endless_body_is_followed_without_it(site, opening):
    site.answers["/"] = pouring(
        b"x" * 1_000, head=b"HTTP/1.1 302 x\r\nLocation: /to\r\n\r\n"
    )
    site.answers["/to"] = (200, {}, b"here")
    assert opening().get("http://a.test/").body == b"here"


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (OK + b"Content-Length: 9999\r\n\r\n", b"x"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (OK, b"X-Long: x\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_dripping_answer_ends_at_the_deadline(site, opening, start, drop):
    site.answers["/"] = dripping(site, start, drop)
    # A drip has no end of its own.
    with pytest.raises(TimedOut):
        opening(total_seconds=0.4).get("http://a.test/")


def test_the_deadline_runs_on_across_redirects(site, opening):
    def slow(handler):
        site.ended.wait(0.15)
        handler.wfile.write(
            b"HTTP/1.1 302 x\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
        )

    site.answers["/"] = slow
    with pytest.raises(TimedOut):
        opening(total_seconds=0.4).get("http://a.test/")
    # No hop takes that long by itself; a busy machine may not come to the third.
    assert len(site.paths()) in {2, 3}


def test_a_flood_of_headers_is_refused(site, opening):
    site.answers["/many"] = pouring(b"X-Flood: 1\r\n", head=OK)
    site.answers["/long"] = pouring(b"x" * 10_000, head=OK + b"X-Flood: ")
    web = opening()
    for path in ("/many", "/long"):
        with pytest.raises(Unreachable, match="headers are too large"):
            web.get(f"http://a.test{path}")


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 10\r\n\r\nx",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nx",
        OK + b"Content-Length: 10\r\n",
        b"",
    ],
)
def test_an_answer_shorter_than_it_says_fails(site, opening, answer):
    site.answers["/"] = answer
    with pytest.raises(Unreachable):
        opening().get("http://a.test/")


def test_a_packed_answer_that_breaks_off_or_is_none_fails(site, opening):
    whole = gzip.compress(b"news" * 1_000)
    site.answers["/cut"] = GZIP + whole[:-9]
    site.answers["/none"] = GZIP + b"<rss></rss>"
    site.answers["/tail"] = GZIP + whole + b"rubbish"
    web = opening()
    with pytest.raises(WrongCoding, match="ends too early"):
        web.get("http://a.test/cut")
    with pytest.raises(WrongCoding, match="broken"):
        web.get("http://a.test/none")
    assert web.get("http://a.test/tail").body == b"news" * 1_000


def test_a_chain_of_redirects_into_a_private_network_dials_nothing(site, opening):
    with listening("127.0.0.2") as (port, was_dialled):
        site.answers["/1"] = (302, {"Location": "http://b.test/2"}, b"")
        site.answers["/2"] = (307, {"Location": f"http://127.0.0.2:{port}/"}, b"")
        web = opening(allow_networks=("127.0.0.1/32",))
        with pytest.raises(AddressRefused):
            web.get("http://a.test/1")
        assert site.paths() == ["/1", "/2"]
        assert not was_dialled()


def test_a_name_that_changes_its_address_is_vetted_each_time(opening):
    answers = [["127.0.0.1"], ["10.0.0.7"]]
    asked = []

    async def rebinding(host):
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    web = opening({}, resolve=rebinding)
    with pytest.raises(Unreachable):  # Nobody is at its port 80.
        web.get("http://a.test/", robots=False)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.7"):
        web.get("http://a.test/", robots=False)


def test_a_name_with_one_bad_address_is_refused_whole(site, opening):
    async def both(host):
        return ["127.0.0.1", "10.0.0.7"]

    with pytest.raises(AddressRefused, match=r"10\.0\.0\.7"):
        opening({}, resolve=both).get("http://a.test/")


def test_a_loop_of_redirects_between_two_sites_ends(site, opening):
    site.answers["/a"] = (302, {"Location": "http://b.test/b"}, b"")
    site.answers["/b"] = (302, {"Location": "http://a.test/a"}, b"")
    with pytest.raises(TooManyRedirects):
        opening().get("http://a.test/a")


def test_one_that_hangs_leaves_the_others_alone(site, opening):
    site.answers["/"] = (200, {}, b"fine")
    site.answers["/hang"] = hanging(site)
    web = opening(total_seconds=0.3)
    with pytest.raises(TimedOut):
        web.get("http://a.test/hang")
    assert web.get("http://b.test/").body == b"fine"
