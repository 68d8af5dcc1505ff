"""Rows of the listening half for screens: sources in every state, an article with a history."""

from datetime import timedelta

from core.models import Alert, Outlet
from monitor.catalogue.adding import new_source
from monitor.models import Article, ArticleVersion, Poll, Sighting
from monitor.states import Fault, SourceState

FAULTS = {
    SourceState.BLOCKED: (Fault.CHALLENGE, ""),
    SourceState.FAILING: (Fault.STATUS, "503"),
    SourceState.GONE: (Fault.GONE, "410"),
}


def fill(session, *, now, text="", hostile=""):
    """One source in each state; the last is OK and brought an article that was edited."""
    made = []
    for number, state in enumerate(SourceState):
        outlet = Outlet(
            name=f"L'Écho {state}{hostile}",
            name_ar=f"صدى الأخبار {number}{hostile}",
            language="fr",
            kind="daily",
            region="Souss-Massa",
            homepage="https://echo.test/",
            tier=1,
            known=f"refuses robots{hostile}",
        )
        source = new_source(
            outlet, kind="feed", url=f"https://{state}.test/feed/{number}", now=now
        )
        source.state, source.state_since = state, now - timedelta(days=2)
        source.fault, source.detail = FAULTS.get(state, ("", ""))
        if state not in {SourceState.NEW, SourceState.BLOCKED}:
            source.last_ok_at = now - timedelta(minutes=20)
            source.last_new_at = source.newest_at = now - timedelta(hours=3)
            source.usual_gap_seconds = 5400
        session.add(source)
        made.append(source)
    session.flush()
    for source in made:
        session.add_all(
            Poll(
                source_id=source.id,
                began_at=now - timedelta(hours=hours),
                outcome="blocked" if source.state == "blocked" else "read",
                status=403 if source.state == "blocked" else 200,
                fault=source.fault,
                detail=source.detail,
                entry_count=40,
                new_count=hours % 3,
                milliseconds=230,
            )
            for hours in range(35)
        )
    session.add(
        Alert(
            rule="source-hijacked",
            about=f"source:{made[5].id}",
            raised_at=now - timedelta(hours=5),
            fields={
                "outlet": made[5].outlet.name,
                "outlet_ar": made[5].outlet.name_ar,
                "url": made[5].url,
            },
        )
    )
    return article(session, made[1], now=now, text=text, hostile=hostile)


def article(session, source, *, now, text="", hostile=""):
    body = text or (
        "Les agences urbaines se sont réunies mercredi à Rabat.\n\n"
        "La rencontre a porté sur 27 agences et un budget de 120 millions de dirhams."
    )
    row = Article(
        outlet_id=source.outlet_id,
        url="https://echo.test/2026/agences-urbaines",
        address_hash=1,
        title=f"Les agences urbaines se réunissent à Rabat{hostile}",
        title_hash=1,
        author=f"Nadia Alami{hostile}",
        section=f"Économie{hostile}",
        language="fr",
        published_at=now - timedelta(hours=3),
        first_seen_at=now - timedelta(hours=3),
        excerpt=body[:80],
        full_text=body.replace("27", "30").replace("mercredi ", "") + hostile,
    )
    session.add(row)
    session.flush()
    session.add(
        Sighting(
            source_id=source.id,
            key_hash=1,
            said_hash=1,
            article_id=row.id,
            first_seen_at=now,
        )
    )
    session.add_all(
        [
            ArticleVersion(
                article_id=row.id,
                number=1,
                change="edited",
                changed_at=now - timedelta(hours=2),
                title=f"Les agences se réunissent{hostile}",
                full_text=body + hostile,
                share=0.12,
            ),
            ArticleVersion(
                article_id=row.id,
                number=2,
                change="moved",
                changed_at=now - timedelta(hours=1),
                title=row.title,
                url="https://echo.test/old",
            ),
        ]
    )
    session.flush()
    return row
