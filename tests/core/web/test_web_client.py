"""The one way out, asked against a real server on this machine."""

import gzip
import socket
import threading
import zlib
from contextlib import ExitStack

import pytest
from web_site import hanging, web_site, web_to

from core.errors import (
    AddressRefused,
    FetchFailed,
    FetchRefused,
    Resting,
    TimedOut,
    TooLarge,
    TooManyRedirects,
    Unreachable,
    WrongCoding,
)
from core.web import Hop


@pytest.fixture
def site():
    with web_site() as made:
        yield made


@pytest.fixture
def opening(site):
    with ExitStack() as stack:

        def make(hosts=None, **given):
            named = site.hosts("a.test", "b.test") if hosts is None else hosts
            return stack.enter_context(web_to(named, **given))

        yield make


def test_a_page_is_fetched_under_its_own_name(site, opening):
    site.answers["/feed"] = (200, {"ETag": '"1"'}, b"news")
    fetched = opening().get("http://a.test/feed", headers={"If-None-Match": '"0"'})
    assert (fetched.status, fetched.body, fetched.headers["etag"]) == (
        200,
        b"news",
        '"1"',
    )
    host, _, headers = site.asked[-1]
    assert host == "a.test"
    assert "Parution" in headers["User-Agent"]
    assert "mailto:" in headers["User-Agent"]
    assert headers["If-None-Match"] == '"0"'
    assert headers["Accept-Encoding"] == "gzip, deflate"
    assert not {"Cookie", "Referer"} & set(headers)


def test_an_unchanged_page_has_no_body(site, opening):
    site.answers["/feed"] = (304, {"Content-Encoding": "gzip", "ETag": '"1"'}, b"")
    fetched = opening().get("http://a.test/feed")
    assert (fetched.status, fetched.body) == (304, b"")


def test_no_cookie_is_ever_sent_back(site, opening):
    site.answers["/"] = (302, {"Set-Cookie": "a=1", "Location": "/in"}, b"")
    site.answers["/in"] = (200, {"Set-Cookie": "b=2"}, b"")
    web = opening()
    web.get("http://a.test/")
    web.get("http://a.test/in")
    assert all("Cookie" not in headers for _, _, headers in site.asked)


def test_a_proxy_in_the_environment_is_not_used(site, opening, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:1")
    site.answers["/"] = (200, {}, b"direct")
    assert opening().get("http://a.test/").body == b"direct"


def test_a_private_address_is_refused_before_anything_is_sent(site, opening):
    web = opening(allow_networks=())
    for url in ("http://a.test/", "http://127.0.0.1/", "http://[::1]/"):
        with pytest.raises(AddressRefused, match="private network") as refused:
            web.get(url)
        assert refused.value.to == url
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "http://user@a.test/",
        "http://[::1/",
        "//2130706433/",
        "//１０.0.0.1/",
        "//10.0.0.1\\@a.test/",
    ],
)
def test_a_redirect_is_vetted_like_the_first_address(site, opening, target):
    site.answers["/"] = f"HTTP/1.1 302 x\r\nLocation: {target}\r\n\r\n".encode()
    with pytest.raises(AddressRefused):
        opening().get("http://a.test/")


def test_redirects_are_followed_and_counted(site, opening):
    site.answers["/old"] = (301, {"Location": "http://b.test/new"}, b"")
    site.answers["/new"] = (200, {}, b"here")
    site.answers["/round"] = (302, {"Location": "/round"}, b"")
    web = opening()
    fetched = web.get("http://a.test/old")
    assert (fetched.url, fetched.hops) == (
        "http://b.test/new",
        (Hop(url="http://a.test/old", status=301),),
    )
    with pytest.raises(TooManyRedirects, match="redirects more than"):
        web.get("http://a.test/round")
    assert site.paths().count("/round") == 6


def test_a_redirect_may_hold_spaces_and_other_letters(site, opening):
    site.answers["/"] = "HTTP/1.1 302 x\r\nLocation: /à lire\r\n\r\n".encode()
    site.answers["/%C3%A0%20lire"] = (200, {}, b"read")
    assert opening().get("http://a.test/").body == b"read"


def test_headers_are_text_a_database_takes(site, opening):
    site.answers["/"] = b"HTTP/1.1 304 x\r\nETag: \xff\xe9\r\nX-Name: \xc3\xa9\r\n\r\n"
    headers = opening().get("http://a.test/").headers
    assert (headers["etag"], headers["x-name"]) == ("%FF%E9", "é")


def test_a_redirect_in_an_old_charset_is_followed(site, opening):
    site.answers["/"] = b"HTTP/1.1 302 x\r\nLocation: /caf\xe9\r\n\r\n"
    site.answers["/caf%E9"] = (200, {}, b"read")
    site.answers["/host"] = b"HTTP/1.1 302 x\r\nLocation: //\xe9.test/\r\n\r\n"
    web = opening()
    assert web.get("http://a.test/").body == b"read"
    with pytest.raises(AddressRefused):
        web.get("http://a.test/host")


def test_a_redirect_without_an_address_is_an_answer(site, opening):
    site.answers["/"] = (302, {}, b"nowhere")
    assert opening().get("http://a.test/").status == 302


def test_what_we_hold_is_told_to_the_asked_host_only(site, opening):
    site.answers["/feed"] = (301, {"Location": "/feed2"}, b"")
    site.answers["/feed2"] = (301, {"Location": "http://b.test/feed3"}, b"")
    site.answers["/feed3"] = (301, {"Location": "http://a.test/feed4"}, b"")
    sent = {"If-None-Match": '"0"', "Authorization": "Basic x", "Accept": "text/xml"}
    opening().get("http://a.test/feed", headers=sent)
    seen = {
        path: set(sent) & set(headers)
        for _, path, headers in site.asked
        if path != "/robots.txt"
    }
    assert seen == {
        "/feed": set(sent),
        "/feed2": set(sent),
        "/feed3": {"Accept"},
        "/feed4": set(sent),
    }


def test_an_unusual_port_is_refused(site, opening):
    with pytest.raises(AddressRefused, match="Port 8080"):
        opening().get("http://c.test:8080/")
    with pytest.raises(AddressRefused, match="Port 25"):
        opening().get("http://8.8.8.8:25/")
    assert site.asked == []


def test_a_let_through_address_may_be_asked_on_any_port(site, opening):
    site.answers["/"] = (200, {}, b"intranet")
    assert opening({}).get(f"http://127.0.0.1:{site.port}/").body == b"intranet"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"news" * 9, mtime=0)),
        ("x-gzip", gzip.compress(b"news" * 9, mtime=0)),
        ("GZIP", gzip.compress(b"news" * 9, mtime=0)),
        ("deflate", zlib.compress(b"news" * 9)),
        ("deflate", zlib.compress(b"news" * 9, wbits=-15)),
        ("UTF-8", b"news" * 9),
    ],
)
def test_a_packed_answer_is_inflated(site, opening, coding, packed):
    site.answers["/"] = (200, {"Content-Encoding": coding}, packed)
    assert opening().get("http://a.test/").body == b"news" * 9


@pytest.mark.parametrize(
    "coding", ["gzip, gzip", "br", "zstd", "compress", "deflate, gzip"]
)
def test_a_coding_we_did_not_ask_for_fails(site, opening, coding):
    site.answers["/"] = (200, {"Content-Encoding": coding}, b"x")
    with pytest.raises(WrongCoding, match="did not ask for"):
        opening().get("http://a.test/")


def test_two_coding_headers_are_two_codings(site, opening):
    twice = gzip.compress(gzip.compress(b"x"))
    head = b"HTTP/1.1 200 OK\r\n" + b"Content-Encoding: gzip\r\n" * 2
    site.answers["/"] = head + b"Content-Length: %d\r\n\r\n" % len(twice) + twice
    with pytest.raises(WrongCoding, match="did not ask for"):
        opening().get("http://a.test/")


def test_a_site_that_never_ends_its_answer_fails_in_time(site, opening):
    site.answers["/"] = hanging(site, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
    with pytest.raises(TimedOut, match="No whole answer"):
        opening(total_seconds=0.3).get("http://a.test/")


def test_a_site_that_is_down_fails_with_its_address(opening):
    web = opening({"a.test": "127.0.0.1:1"})
    for _ in range(2):
        with pytest.raises(Unreachable, match="no connection") as failed:
            web.get("http://a.test/feed")
        assert failed.value.to == "http://a.test/feed"


def test_an_answer_that_is_no_http_fails(site, opening):
    site.answers["/"] = b"SSH-2.0-OpenSSH\r\n\r\n"
    with pytest.raises(Unreachable):
        opening().get("http://a.test/")


def test_a_name_that_nobody_knows_fails(opening):
    async def unknown(host):
        raise OSError(-2, "Name or service not known")

    with pytest.raises(Unreachable, match="not known"):
        opening({}, resolve=unknown).get("http://a.test/")


@pytest.mark.parametrize("host", ["a" * 64 + ".test", "a..test", "-a.test"])
def test_a_host_no_resolver_takes_is_an_error_of_ours(opening, host):
    with pytest.raises((FetchRefused, FetchFailed)):
        opening({}).get(f"http://{host}/")


def test_a_header_no_request_may_hold_is_an_error_of_ours(opening):
    with pytest.raises(AddressRefused):
        opening().get("http://a.test/", headers={"If-None-Match": "a\r\nHost: b"})


def test_what_is_posted_arrives_and_asks_no_robots(site, opening):
    site.answers["/hook"] = (202, {}, b"taken")
    fetched = opening().post(
        "http://a.test/hook",
        body="é".encode(),
        content_type="application/json",
        headers={"Parution-Signature": "t=1"},
    )
    assert (fetched.status, fetched.body) == (202, b"taken")
    assert site.posted == ["é".encode()]
    [(_, path, headers)] = site.asked
    assert path == "/hook"
    assert headers["Content-Type"] == "application/json"
    assert headers["Parution-Signature"] == "t=1"


def test_an_empty_body_is_posted_too(site, opening):
    site.answers["/hook"] = (204, {}, b"")
    opening().post("http://a.test/hook", body=b"", content_type="text/plain")
    assert site.posted == [b""]


def test_a_redirect_of_what_is_posted_is_its_answer(site, opening):
    site.answers["/hook"] = (307, {"Location": "http://b.test/hook"}, b"")
    fetched = opening().post(
        "http://a.test/hook", body=b"{}", content_type="application/json"
    )
    assert (fetched.status, fetched.hops) == (307, ())
    assert [host for host, _, _ in site.asked] == ["a.test"]


def test_no_pause_is_made_before_what_is_posted(site, opening):
    async def never(seconds):
        raise AssertionError(seconds)

    site.answers["/"] = (200, {}, b"")
    web = opening(pace_seconds=60, wait=never)
    web.get("http://a.test/", robots=False)
    for _ in range(2):
        web.post("http://a.test/", body=b"", content_type="text/plain")
    assert len(site.posted) == 2


def test_a_domain_that_rests_is_not_posted_to(site, opening):
    site.answers["/"] = (429, {"Retry-After": "60"}, b"")
    web = opening()
    web.post("http://a.test/", body=b"", content_type="text/plain")
    with pytest.raises(Resting):
        web.post("http://a.test/", body=b"", content_type="text/plain")
    assert len(site.posted) == 1


def test_an_answer_to_what_is_posted_is_capped(site, opening):
    site.answers["/"] = (200, {}, b"x" * 2_000)
    with pytest.raises(TooLarge):
        opening(most_bytes=1_000).post(
            "http://a.test/", body=b"", content_type="text/plain"
        )


def test_what_is_posted_goes_over_a_line_of_its_own():
    """A line that was kept may be dead already, and a post may not be said twice (seen in a test)."""
    heard = []

    def serve(server):
        """The first line answers once, then hangs up on whatever comes."""
        for _ in range(2):
            line, _ = server.accept()
            with line:
                heard.append(line.recv(10_000).split(b" ")[0])
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                if len(heard) == 1:
                    first = threading.Thread(target=hang_up, args=(line.dup(),))
                    first.start()

    def hang_up(line):
        with line:
            line.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve, args=(server,), daemon=True)
        serving.start()
        place = f"127.0.0.1:{server.getsockname()[1]}"
        with web_to({"a.test": place}) as web:
            web.get("http://a.test/", robots=False)
            posted = web.post("http://a.test/", body=b"x", content_type="text/plain")
        serving.join(10)
    assert (posted.status, heard) == (200, [b"GET", b"POST"])
