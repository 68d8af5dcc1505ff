"""What sites of the feed farm do wrong: each answer that a reader of the press must outlive.

`HOSTILE` names them. A member takes the wire, the site and the request, and writes what it
likes, as slowly as it likes. A number after a dash is its size: `status-503`, `gzip-bomb-200`.
"""

import gzip
import re
import zlib
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus

MEGABYTE = 1_000_000
_NAME = re.compile(r"(?P<name>[a-z-]+?)(?:-(?P<size>\d+))?$")
_XML = "application/rss+xml"
_PROSE = b"<p>Bienvenue. Ce domaine attend son prochain propri\xc3\xa9taire.</p>"


def answer(status, body=b"", media_type="text/html; charset=utf-8", **more):
    """An HTTP answer as bytes; underscores in names of headers are dashes."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    headers = {"Content-Type": media_type, "Content-Length": str(len(body))}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode() + body


def feed(items, head=b'<?xml version="1.0" encoding="utf-8"?>\n'):
    return head + (
        b'<rss version="2.0"><channel><title>F</title><link>http://f.test/</link>'
        + items
        + b"</channel></rss>"
    )


def _items(count, title=b"Titre"):
    return b"".join(
        b"<item><title>%s %d</title><link>http://f.test/a/%d</link>"
        b"<guid>g%d</guid></item>" % (title, one, one, one)
        for one in range(count)
    )


def find(name):
    """The hostile answer called *name* and its size, or None."""
    matched = _NAME.match(name)
    kind = HOSTILE.get(matched["name"]) if matched else None
    if kind is None:
        return None
    return kind, int(matched["size"] or 0)


# -- slow ones ----------------------------------------------------------------------------


async def hang(wire, site, size):
    """Takes the question and says nothing."""
    await wire.gone()


async def hang_in_body(wire, site, size):
    wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n")
    wire.write(b'\r\n<?xml version="1.0"?>')
    await wire.gone()


async def drip(wire, site, size):
    """One byte each tenth of a second."""
    wire.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9999\r\n\r\n"
    )
    for sign in feed(_items(100)):
        await wire.pause(0.1)
        wire.write(bytes([sign]))


async def drip_head(wire, site, size):
    wire.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(100_000):
        await wire.pause(0.1)
        wire.write(b"x")


async def endless(wire, site, size):
    """Chunks without an end, as fast as they are taken."""
    wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n")
    wire.write(b"Transfer-Encoding: chunked\r\n\r\n")
    await wire.send(b'15\r\n<?xml version="1.0"?>\r\n')
    chunk = b"10000\r\n" + b"<item/> " * 8192 + b"\r\n"
    while True:
        await wire.send(chunk)


async def oversize(wire, site, size):
    """A body of *size* MB, 100 by default, with its true length."""
    whole = (size or 100) * MEGABYTE
    wire.write(f"HTTP/1.1 200 OK\r\nContent-Length: {whole}\r\n".encode())
    wire.write(b"Content-Type: text/xml\r\n\r\n")
    for _ in range(whole // 100_000):
        await wire.send(b"<item/>   " * 10_000)


# -- broken ones --------------------------------------------------------------------------


async def truncated(wire, site, size):
    body = site.body(gzip=False, number=0) if site else feed(_items(30))
    whole = answer(200, body, _XML)
    wire.write(whole[: -len(body) // 2])
    wire.close()


async def reset(wire, site, size):
    wire.reset()


async def reset_in_body(wire, site, size):
    await wire.send(answer(200, feed(_items(30)), _XML)[:900])
    wire.reset()


async def no_answer(wire, site, size):
    wire.close()


async def no_http(wire, site, size):
    wire.write(b"220 mail.f.test ESMTP Postfix\r\n")
    wire.close()


def huge_header(wire, site, size):
    return answer(200, feed(_items(3)), _XML, X_Huge="x" * 200_000)


def many_headers(wire, site, size):
    return answer(200, feed(_items(3)), _XML, **{f"X_{n}": "y" for n in range(5_000)})


# -- codings ------------------------------------------------------------------------------


@lru_cache
def _blanks(megabytes):
    """Deflated: a feed of *megabytes* blanks that never ends. Packed once, then repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(b"<rss><channel>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * megabytes


def _bomb(megabytes):
    # The checksum at its end is wrong; whoever gets there has lost already.
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + _blanks(megabytes) + bytes(10)


def gzip_bomb(wire, site, size):
    """*size* MB of blanks, 1,000 by default, in a thousandth of that."""
    return answer(200, _bomb(size or 1000), _XML, Content_Encoding="gzip")


def deflate_bomb(wire, site, size):
    return answer(
        200, b"\x78\x9c" + _blanks(size or 1000), _XML, Content_Encoding="deflate"
    )


def double_coding(wire, site, size):
    body = gzip.compress(_bomb(size or 1000))
    return answer(200, body, _XML, Content_Encoding="gzip, gzip")


def brotli(wire, site, size):
    body = bytes(range(1, 255)) * 40
    return answer(200, body, _XML, Content_Encoding="br")


def bad_gzip(wire, site, size):
    body = b"\x1f\x8b\x08\x00" + b"not gzip at all " * 50
    return answer(200, body, _XML, Content_Encoding="gzip")


def cut_gzip(wire, site, size):
    body = gzip.compress(feed(_items(300)))
    return answer(200, body[: len(body) // 2], _XML, Content_Encoding="gzip")


# -- leads astray -------------------------------------------------------------------------


def _to(where, status=302, **more):
    return answer(status, b"", Location=where, **more)


def redirect_loop(wire, site, size):
    return _to("/x/redirect-loop")


def redirect_chain(wire, site, size):
    """*size* hops, 12 by default, and then the feed."""
    left = (12 if size == 0 else size) - 1
    return _to(f"/x/redirect-chain-{left}" if left else "/feed-true")


def redirect_moved(wire, site, size):
    """For good, to where the site's feed is."""
    return _to("/feed-moved", 301)


def redirect_private(wire, site, size):
    """Into networks that are not ours to ask, one after the other."""
    places = (
        "http://10.1.2.3/feed",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/feed",
        "http://[::ffff:192.168.1.1]/",
        "http://192.168.0.1:80/",
        "http://0x7f.1:9/",
    )
    return _to(places[size % len(places)])


def redirect_scheme(wire, site, size):
    places = ("file:///etc/passwd", "gopher://f.test/", "javascript:alert(1)", "//")
    return _to(places[size % len(places)])


def cookie_wall(wire, site, size):
    return _to("/x/cookie-wall", Set_Cookie=f"seen={wire.number}")


# -- refusals -----------------------------------------------------------------------------


def status(wire, site, size):
    return answer(size or 500, b"<html><h1>Error</h1></html>")


def gone(wire, site, size):
    return answer(410, b"<html><h1>Gone</h1></html>")


def too_many(wire, site, size):
    """429, and when to come again: *size* seconds, an hour by default."""
    return answer(429, b"Slow down.", "text/plain", Retry_After=str(size or 3600))


def busy(wire, site, size):
    moment = format_datetime(wire.farm.now, usegmt=True)
    return answer(503, b"Busy.", "text/plain", Retry_After=moment)


def challenge(wire, site, size):
    """What a well-known wall shows machines, with its own header and its own words."""
    page = (
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
        b'<div id="challenge-error-text">Enable JavaScript and cookies to continue</div>'
        b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
        b"</body></html>"
    )
    return answer(403, page, Server="cloudflare", cf_mitigated="challenge")


def challenge_ok(wire, site, size):
    page = (
        b"<!DOCTYPE html><html><head><title>Attention Required!</title></head><body>"
        b"<h1>Checking your browser before accessing</h1>"
        b'<noscript>Please enable JavaScript</noscript><form id="challenge-form"></form>'
        b"</body></html>"
    )
    return answer(200, page)


def login(wire, site, size):
    page = (
        b'<html><head><title>Connexion</title></head><body><form action="/login" '
        b'method="post"><input name="user"><input type="password" name="password">'
        b"</form></body></html>"
    )
    return answer(200, page)


def parked(wire, site, size):
    page = (
        b"<html><head><title>f.test - domaine a vendre</title></head><body><h1>"
        b"This domain is for sale</h1>"
        + _PROSE
        + b'<a href="https://sedoparking.com/">'
        b"Buy this domain</a></body></html>"
    )
    return answer(200, page)


def web_page(wire, site, size):
    """An error page of the site's own, with 200."""
    links = b"".join(b'<a href="/p%d">Rubrique %d</a>' % (n, n) for n in range(30))
    return answer(200, b"<html><body><h1>Oups</h1>" + links + b"</body></html>")


def empty(wire, site, size):
    return answer(200, b"", _XML)


# -- documents ----------------------------------------------------------------------------

_ENTITIES = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
)
_DOCUMENTS = {
    # Cut in the middle of its twentieth item.
    "xml-cut": lambda: feed(_items(40))[: len(feed(_items(20))) - 60],
    "xml-ampersand": lambda: feed(_items(20, b"Pain & vin &eacute;t&eacute; Q&A")),
    "xml-control": lambda: feed(_items(20, b"Titre\x08\x0b\x1f coup\x00")),
    "xml-bytes": lambda: feed(_items(20, b"\xc9lys\xe9e \x80 \xff\xfe")),
    "xml-unclosed": lambda: feed(_items(20, b"<b>gras<i>penche</b>")),
    "xml-two-roots": lambda: feed(_items(5)) + feed(_items(5)),
    "xml-warning-first": lambda: b"<br />\n<b>Warning</b>: x\n" + feed(_items(20)),
    "xml-entity-bomb": lambda: feed(
        b"<item><title>&l9;</title><link>http://f.test/1</link></item>",
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">' + _ENTITIES + b"]>",
    ),
    "xml-entity-square": lambda: feed(
        b"<item><title>" + b"&a;" * 50_000 + b"</title></item>",
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "' + b"a" * 50_000 + b'">]>',
    ),
    "xml-outside": lambda: feed(
        b"<item><title>&f;</title><link>http://f.test/1</link></item>",
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    ),
    "xml-deep": lambda: feed(b"<item>" + b"<d>" * 200_000 + b"</d>" * 200_000),
    "xml-attributes": lambda: feed(
        b"<item "
        + b" ".join(b'a%d="v"' % n for n in range(100_000))
        + b"><title>T</title><link>http://f.test/1</link></item>"
    ),
    "xml-namespaces": lambda: feed(
        b"".join(
            b'<item xmlns:n%d="urn:%d"><n%d:x/><link>http://f.test/%d</link></item>'
            % (n, n, n, n)
            for n in range(20_000)
        )
    ),
    "xml-long-title": lambda: feed(_items(1, b"t" * (4 * MEGABYTE))),
    "xml-comment": lambda: feed(b"<!--" + b"-" * (2 * MEGABYTE) + _items(3)),
    "xml-no-items": lambda: feed(b""),
    "xml-one-key": lambda: feed(
        b"".join(
            b"<item><guid>same</guid><title>%d</title><link>http://f.test/%d</link></item>"
            % (n, n)
            for n in range(20)
        )
    ),
    # 4.4 MB: below the cap, slow for whoever reads it markup by markup.
    "xml-angles": lambda: b"<rss>" + b"<" * (4 * MEGABYTE),
    "json-deep": lambda: (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 500_000
    ),
}


@lru_cache
def _document(name):
    made = _DOCUMENTS[name]()
    return answer(200, made, "application/json" if name[0] == "j" else _XML)


def many_entries(wire, site, size):
    """A feed of *size* entries, 50,000 by default, about 4.5 MB."""
    return _many(size or 50_000)


@lru_cache
def _many(count):
    return answer(200, feed(_items(count, b"T")), _XML)


def _documents():
    def of(name):
        return lambda *_: _document(name)

    return {name: of(name) for name in _DOCUMENTS}


HOSTILE = {
    "status": status,
    "gone": gone,
    "too-many": too_many,
    "busy": busy,
    "challenge": challenge,
    "challenge-ok": challenge_ok,
    "login": login,
    "parked": parked,
    "web-page": web_page,
    "empty": empty,
    "hang": hang,
    "hang-in-body": hang_in_body,
    "drip": drip,
    "drip-head": drip_head,
    "endless": endless,
    "oversize": oversize,
    "truncated": truncated,
    "reset": reset,
    "reset-in-body": reset_in_body,
    "no-answer": no_answer,
    "no-http": no_http,
    "huge-header": huge_header,
    "many-headers": many_headers,
    "gzip-bomb": gzip_bomb,
    "deflate-bomb": deflate_bomb,
    "double-coding": double_coding,
    "brotli": brotli,
    "bad-gzip": bad_gzip,
    "cut-gzip": cut_gzip,
    "redirect-loop": redirect_loop,
    "redirect-chain": redirect_chain,
    "redirect-moved": redirect_moved,
    "redirect-private": redirect_private,
    "redirect-scheme": redirect_scheme,
    "cookie-wall": cookie_wall,
    "many-entries": many_entries,
    **_documents(),
}
