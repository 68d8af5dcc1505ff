"""feedparser as the judge of what a feed says: link, title, id, published, summary."""

import io
import re
from datetime import UTC, datetime
from html import unescape

import feedparser

from monitor.sources.base import absolute

FIELDS = ("url", "title", "key", "published", "summary")
_TAG = re.compile(r"<[^>]*>")


def squeezed(text):
    """A text without what two readers may well see differently: tags, blanks, references."""
    text = unescape(unescape(text or ""))
    return re.sub(r"\s+", "", _TAG.sub("", text))


def moment(raw):
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = raw.get(name) if name in raw else None
        if parsed is None:
            continue
        try:
            at = datetime(*parsed[:6], tzinfo=UTC)
        except ValueError:
            return None
        # Years our reader takes for clocks that were never set.
        return at if 1990 <= at.year <= 2100 else None
    return None


def judged(body, *, base, headers=None):
    """What feedparser says, for each entry with an address an article may have."""
    feed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-location": base, **(headers or {})},
        sanitize_html=True,
        resolve_relative_uris=True,
    )
    found = []
    for raw in feed.get("entries", []):
        contents = "".join(part.get("value", "") for part in raw.get("content", []))
        summary = raw.get("summary", "")
        link = str(raw.get("link", ""))
        url = absolute(base, link) if link else ""
        found.append(
            {
                "url": url,
                "title": squeezed(raw.get("title")),
                "key": " ".join(str(raw.get("id") or url).split()),
                "published": moment(raw),
                # It copies the content where there is no summary.
                "summary": "" if summary == contents else squeezed(summary),
            }
        )
    return feed.get("version", ""), found


_END = re.compile(rb"</((?:\w+:)?)(item|entry)>")


def linked(body):
    """*body* with a link in every entry: one without an address is no article to us."""
    numbers = iter(range(1_000_000))

    def link(found):
        prefix, name = found[1], found[2]
        address = b"http://given.test/%d" % next(numbers)
        text = (
            b'<%slink href="%s"/>' % (prefix, address)
            if name == b"entry"
            else b"<%slink>%s</%slink>" % (prefix, address, prefix)
        )
        return text + found[0]

    return _END.sub(link, body)


def told(entry):
    """Our entry in the judge's terms."""
    return {
        "url": entry.url,
        "title": squeezed(entry.title),
        "key": entry.key,
        "published": entry.published and entry.published.at.replace(microsecond=0),
        "summary": squeezed(entry.summary),
    }
