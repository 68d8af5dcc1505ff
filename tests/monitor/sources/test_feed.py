"""Feeds: strict first, mended next, feedparser last; titles plain, links sound, dates true."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.sources.base import Document, NotASource
from monitor.sources.feed import Kind
from monitor.states import Fault, Precision

URL = "https://a.test/feed/"
RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
    "<channel>{}</channel></rss>"
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


def document(text, **more):
    body = text if isinstance(text, bytes) else text.encode()
    return Document(body=body, url=URL, **more)


def quick(text, **more):
    return Kind().quick(document(text, **more), options={})


def one(text, **more):
    (entry,) = quick(text, **more).entries
    return entry


def item(inside, link="<link>https://a.test/1</link>"):
    return RSS.format(f"<item>{link}{inside}</item>")


def test_an_item_of_rss_is_read_whole():
    entry = one(
        item(
            "<title>Le ministre à Rabat</title><dc:creator>Nadia Amrani</dc:creator>"
            "<category>Économie</category><guid isPermaLink='false'>7</guid>"
            "<pubDate>Tue, 24 Nov 2026 14:30:00 +0100</pubDate>"
            "<description>&lt;p&gt;Court&amp;nbsp;résumé.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Un.</p><script>x()</script>"
            "<p>Deux <b>mots</b>s.<img src='/i.jpg'></p>]]></content:encoded>"
        )
    )
    assert (entry.key, entry.url, entry.title) == (
        "7",
        "https://a.test/1",
        "Le ministre à Rabat",
    )
    assert (entry.author, entry.section) == ("Nadia Amrani", "Économie")
    assert entry.published.at == datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    assert entry.summary == "Court résumé."
    assert entry.content == "Un.\n\nDeux motss."
    assert entry.image == "https://a.test/i.jpg"


def test_an_entry_of_atom_is_read_whole():
    entry = one(
        ATOM.format(
            "<entry xml:base='https://b.test/x/'><id>tag:b.test,2026:1</id>"
            "<link rel='self' href='https://b.test/self'/>"
            "<link rel='alternate' type='application/json' href='j'/>"
            "<link rel='alternate' type='text/html' href='y'/>"
            "<title type='html'>A &lt;i&gt;B&lt;/i&gt;</title>"
            "<author><name>Ali</name><email>a@b.test</email></author>"
            "<updated>2026-11-24T14:30:00Z</updated>"
            "<published>2026-11-24T13:30:00Z</published>"
            "<summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>x</p><p>y</p></div></summary>"
            "<category term='eco' label='Éco'/></entry>"
        )
    )
    assert (entry.url, entry.title) == ("https://b.test/x/y", "A B")
    assert (entry.author, entry.section, entry.summary) == ("Ali", "Éco", "x y")
    assert entry.published.at == datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def test_plain_text_of_atom_is_no_markup():
    text = "<entry><link href='/1'/><title type='text'>a &lt;b&gt; &amp;amp; c</title></entry>"
    assert one(ATOM.format(text)).title == "a <b> &amp; c"


def test_rdf_keeps_its_items_beside_the_channel():
    found = quick(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<channel rdf:about='https://a.test/'><title>T</title><link>https://a.test/"
        "</link></channel><item rdf:about='urn:1'><title>x</title>"
        "<link>https://a.test/1</link><dc:date>2026-11-24</dc:date></item></rdf:RDF>"
    )
    (entry,) = found.entries
    assert (found.title, found.homepage) == ("T", "https://a.test/")
    assert (entry.key, entry.published.precision) == ("urn:1", Precision.DAY)


def test_json_feed_is_read_by_the_standard_library():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [
            {
                "id": 1,
                "url": "/1",
                "title": "x &amp; y",
                "content_html": "<p>a</p><p>b</p>",
                "date_published": "2026-11-24T14:30:00+01:00",
                "authors": [{"name": "Ali"}, {"name": "\ud800Nadia"}],
                "tags": ["eco"],
            },
            {"id": "no address"},
            "nonsense",
        ],
    }
    found = quick(json.dumps(feed))
    (entry,) = found.entries
    assert (entry.key, entry.url, entry.title) == ("1", "https://a.test/1", "x & y")
    assert (entry.author, entry.content) == ("Ali, Nadia", "a\n\nb")
    assert found.left_out == 2


@pytest.mark.parametrize("link", ["", "<link/>", "<link> </link>"])
def test_a_permalink_stands_in_for_a_missing_link(link):
    guid = "<guid>https://a.test/9</guid>"
    assert one(item(guid, link)).url == "https://a.test/9"
    not_one = guid.replace("<guid>", "<guid isPermaLink='false'>")
    assert quick(item(not_one, link)).entries == []


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "https://user:secret@a.test/",
        "https://a.test@b.test/",
        "http://[bad",
        "http://a.test:x/",
        "mailto:a@b.test",
    ],
)
def test_what_is_no_address_of_a_page_is_none(link):
    found = quick(item("<title>x</title>", f"<link>{link}</link>"))
    assert (found.entries, found.left_out) == ([], 1)


def test_the_address_before_feedburner_is_taken():
    text = "<feedburner:origLink>https://a.test/true</feedburner:origLink>"
    assert one(item(text, "<link>https://feeds.test/~r/1</link>")).url == (
        "https://a.test/true"
    )


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("L&amp;#039;agence", "L'agence"),
        ("L&amp;amp;#039;agence", "L'agence"),
        ("R&amp;amp;D", "R&D"),
        ("R&amp;D", "R&D"),
        ("&lt;b&gt;Gras&lt;/b&gt;", "Gras"),
        ("&amp;lt;b&amp;gt;Gras&amp;lt;/b&amp;gt;", "Gras"),
        ("2 &lt; 3 et 4 &gt; 3", "2 < 3 et 4 > 3"),
        ("<![CDATA[L&#8217;agence]]>", "L’agence"),
        ("  deux\n\tlignes ", "deux lignes"),
        ("\u202eevil\u202c", "evil"),
        ("don&#146;t", "don’t"),
        ("a<!-- b -->c", "ac"),
    ],
)
def test_a_title_is_plain_text(title, plain):
    assert one(item(f"<title>{title}</title>")).title == plain


def test_what_the_feed_asks_for_is_told():
    assert quick(RSS.format("<ttl>30</ttl>")).asked_seconds == 1800
    period = "<sy:updatePeriod>hourly</sy:updatePeriod>"
    assert quick(RSS.format(period)).asked_seconds == 3600
    often = f"{period}<sy:updateFrequency>4</sy:updateFrequency>"
    assert quick(RSS.format(often)).asked_seconds == 900
    assert quick(RSS.format("<ttl>-1</ttl>")).asked_seconds == 0
    assert quick(RSS.format("<ttl>99999999</ttl>")).asked_seconds == 7 * 86_400


def test_a_missing_zone_is_the_outlets_and_a_missing_date_is_none():
    text = "<pubDate>24 novembre 2026 14:30</pubDate>"
    entry = one(item(text), zone=ZoneInfo("Europe/Paris"))
    assert entry.published.at == datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    assert entry.published.precision is Precision.ZONE_ASSUMED
    for text in ("", "<pubDate/>", "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"):
        assert one(item(text)).published is None


def test_figures_are_month_first_only_where_the_source_proves_it():
    dates = ["11/05/2026", "11/24/2026"]
    items = "".join(
        f"<item><link>/{n}</link><pubDate>{text}</pubDate></item>"
        for n, text in enumerate(dates)
    )
    days = [entry.published.at.date() for entry in quick(RSS.format(items)).entries]
    assert [(day.month, day.day) for day in days] == [(11, 5), (11, 24)]
    alone = quick(RSS.format(items.split("</item>", 1)[0] + "</item>")).entries
    assert [entry.published.at.month for entry in alone] == [5]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: f"\n\n{text}",
        lambda text: f"<br />\n<b>Warning</b>: x in y.php\n{text}",
        lambda text: f"{text}\n<!-- cached --><script>x()</script>",
        lambda text: text.replace("T&amp;", "T&"),
        lambda text: text.replace("T&amp;T", "T&amp;T&nbsp;").replace(
            "x</", "&eacute;</"
        ),
        lambda text: text.replace("x</", "\x0b\x01x</"),
        lambda text: text.replace("x</", "&#xD800;&#0;</"),
        lambda text: text.replace("</channel></rss>", ""),
        lambda text: text.replace("</channel></rss>", "<item><title>cut o"),
        lambda text: text.replace("</channel></rss>", "<item><title><![CDATA[cut o"),
        lambda text: text.replace("x</description>", "<p>x<br></description>"),
        lambda text: f'<?xml version="1.0" encoding="utf-16"?>{text}',
        lambda text: f"<!DOCTYPE rss [<!ENTITY a 'b'>]>{text}",
        lambda text: (
            f"<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://n.test/x.dtd'>{text}"
        ),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: b"\xef\xbb\xbf\n" + text.encode(),
    ],
    ids=[f"way-{number}" for number in range(17)],
)
def test_a_spoilt_feed_keeps_its_whole_entries(spoil):
    whole = item("<title>AT&amp;T</title><description>x</description>")
    (entry,) = quick(spoil(whole)).entries
    assert entry.url == "https://a.test/1"
    assert entry.title.strip("\xa0 ") == "AT&T"


def test_names_of_html_never_become_markup():
    text = item("<title>&AMP;lt; 3 &LT; 4 &eacute;</title>")
    assert one(text).title == "< 3 < 4 é"


def test_entities_a_document_defines_are_not_read():
    text = (
        "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/hostname'><!ENTITY b 'boom'>]>"
        + item("<title>&a;&b;x</title>")
    )
    assert one(text).title == "&a;&b;x"


def test_arabic_in_windows_1256_under_a_false_label_is_right():
    title = "وزارة إعداد التراب الوطني تنظم لقاء الوكالات الحضرية بالرباط"
    text = f'<?xml version="1.0" encoding="utf-8"?>{item(f"<title>{title}</title>")}'
    assert one(text.encode("windows-1256"), charset="utf-8").title == title


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (" \n", Fault.EMPTY),
        ("<!DOCTYPE html><html><body>x</body></html>", Fault.WEB_PAGE),
        ("<html><head></head></html>", Fault.WEB_PAGE),
        ("plain words", Fault.UNREADABLE),
        ('{"a": 1}', Fault.UNREADABLE),
        ("{" * 100_000, Fault.UNREADABLE),
    ],
)
def test_what_is_no_feed_is_named(text, fault):
    with pytest.raises(NotASource) as caught:
        Kind().parse(document(text), options={})
    assert caught.value.fault is fault
    assert caught.value.to == URL
    assert caught.value.mend


def test_what_only_feedparser_reads_is_left_to_it():
    text = "<CHANNEL><ITEM HREF='https://a.test/1'><TITLE>Old</TITLE></ITEM></CHANNEL>"
    assert quick(text) is None
    (entry,) = Kind().parse(document(text), options={}).entries
    assert (entry.url, entry.title) == ("https://a.test/1", "Old")


@pytest.mark.parametrize("spoil", ["", "&", "\x01"])
def test_what_is_nested_as_no_honest_feed_is_hostile(spoil):
    deep = f"<description>{spoil}{'<i>' * 400}x{'</i>' * 400}</description>"
    with pytest.raises(NotASource) as caught:
        quick(RSS.format(f"{deep}<item><link>https://a.test/1</link></item>"))
    assert caught.value.fault is Fault.HOSTILE


def test_no_more_than_2000_entries_are_kept_and_the_rest_is_counted():
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(2300))
    found = quick(RSS.format(items))
    assert (len(found.entries), found.left_out) == (2000, 300)


def test_a_feed_beyond_10_mb_is_not_looked_at():
    with pytest.raises(NotASource) as caught:
        quick(b"<rss>" + b" " * 10 * 1024 * 1024)
    assert caught.value.fault is Fault.TOO_LARGE


def test_texts_are_bounded():
    entry = one(
        item(
            f"<title>{'t ' * 9000}</title><description>{'mot ' * 50_000}</description>"
        )
    )
    assert len(entry.title) <= 1000
    assert len(entry.summary) <= 2000
    assert len(entry.content) <= 100_000
    assert entry.summary.endswith("mot…")
