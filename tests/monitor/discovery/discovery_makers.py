"""Pages, feeds and sitemaps of an invented paper, for what looks for them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from core.zones import zone
from monitor.catalogue import KINDS

ZONE = zone("Africa/Casablanca")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SITE = "https://www.echo.test"
HTML = {"content-type": "text/html; charset=utf-8"}
TITLES = (
    "Les agences urbaines se réunissent à Rabat pour parler du budget",
    "Le conseil de gouvernement adopte trois projets de décret",
    "La campagne agricole commence sous de bons auspices",
    "Le port de Tanger accueille une nouvelle ligne maritime",
    "Une exposition consacrée aux villes anciennes ouvre à Fès",
)


def read(kind, document, options):
    """As the bounded parser reads, in this process."""
    made = KINDS[kind]()
    return made.quick(document, options=options) or made.parse(
        document, options=options
    )


def feed(*, title="L'Écho", path="/a", age=timedelta(), count=5, dated=True):
    items = "".join(
        f"<item><title>{TITLES[number % 5]}</title><link>{SITE}{path}/{number}</link>"
        + (
            f"<pubDate>{format_datetime(NOW - age - timedelta(hours=3 * number))}</pubDate>"
            if dated
            else ""
        )
        + "</item>"
        for number in range(count)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>{SITE}/</link>{items}</channel></rss>"
    )


def news_sitemap(*, age=timedelta(), path="/s"):
    urls = "".join(
        f"<url><loc>{SITE}{path}/{number}</loc><news:news><news:publication_date>"
        f"{(NOW - age - timedelta(hours=number)).isoformat()}</news:publication_date>"
        f"<news:title>{TITLES[number]}</news:title></news:news></url>"
        for number in range(5)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"{urls}</urlset>"
    )


def index(*urls):
    named = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{named}</sitemapindex>"
    )


def page(head="", body="", *, articles=0):
    links = "".join(
        f'<article><h2><a href="/2026/11/2{number}/un-long-titre-d-article-{number}">'
        f"{TITLES[number % 5]}</a></h2><p>Un chapeau de quelques mots.</p></article>"
        for number in range(articles)
    )
    return (
        f"<!doctype html><html lang='fr'><head><title>L'Écho</title>{head}</head>"
        f"<body><main>{body}{links}</main></body></html>"
    )
