"""Makers for tests of the listening half: outlets, sources, entries and releases."""

from core.models import Outlet, Release, Version
from monitor.intake.identity import keyed
from monitor.intake.storing import Brought, Reading, store
from monitor.models import Source
from monitor.sources.base import Dated, Entry

PARAGRAPHS = [
    (
        "Le ministère réunit ce mercredi à Rabat les directeurs des agences urbaines de tout"
        " le royaume, afin d'examiner la mise en œuvre des nouveaux documents d'urbanisme."
    ),
    (
        "La rencontre permettra de présenter le bilan des guichets uniques, de débattre des"
        " délais d'instruction des permis de construire et d'arrêter un calendrier commun."
    ),
    (
        "Les participants visiteront ensuite le chantier de la vallée du Bouregreg, où trois"
        " ateliers seront consacrés à la concertation avec les habitants des quartiers."
    ),
]


def a_source(
    session, clock, *, outlet="A", host="a.test", kind="feed", path="/feed", **columns
):
    """A source of *outlet*, due now; its id."""
    row = session.query(Outlet).filter_by(name=outlet).one_or_none() or Outlet(
        name=outlet
    )
    session.add(row)
    session.flush()
    source = Source(
        **{
            "outlet_id": row.id,
            "kind": kind,
            "url": f"https://{host}{path}",
            "domain": host,
            "options": {},
            "state": "new",
            "state_since": clock.now(),
            "added_at": clock.now(),
            "interval_seconds": 1800,
            "next_poll_at": clock.now(),
            **columns,
        }
    )
    session.add(source)
    session.flush()
    return source.id


def an_entry(name, title="", *, host="a.test", at=None, key=None, **fields):
    return Entry(
        key=key or name,
        url=f"https://{host}/{name}",
        title=title or f"Le titre de l'article {name}",
        published=None if at is None else Dated(at=at),
        **fields,
    )


def stored(session, clock, source_id, *entries, reads_all=True):
    """Store *entries* as one look at a source brought them."""
    source = session.get_one(Source, source_id)
    brought = Brought(
        source_id=source_id, outlet_id=source.outlet_id, entries=keyed(list(entries))
    )
    found = store(
        session,
        [brought],
        now=clock.now(),
        stamp=clock.stamp(),
        reading=Reading(reads_all=reads_all, since=clock.now().replace(year=2000)),
    )
    return found[source_id]


def a_release(session, clock, *, number="1/2026", paragraphs=PARAGRAPHS):
    release = Release(
        number=number,
        kind="communique",
        zone="Africa/Casablanca",
        created_at=clock.now(),
    )
    release.versions = [
        Version(
            language="fr",
            title="Rencontre des agences urbaines",
            body="\n\n".join(paragraphs),
            file_name="a.fr.md",
        )
    ]
    session.add(release)
    session.flush()
    return release.id


def a_feed(*names, host="a.test"):
    """The body of a feed with an article under each name."""
    items = "".join(
        f"<item><guid>{name}</guid><link>https://{host}/{name}</link>"
        f"<title>Le titre de l'article {name}</title></item>"
        for name in names
    )
    return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


def a_page(title, paragraphs=PARAGRAPHS, *, head=""):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html lang='fr'><head><title>{title}</title>{head}</head><body><main><article>"
        f"<h1>{title}</h1>{text}</article></main></body></html>"
    ).encode()
