"""Makers of editions and notices: only what matters is said."""

from datetime import UTC, datetime

from sending_makers import RULES, ZONE, settings
from sqlalchemy import select

from core.values import Language
from distributor.channels.base import File
from distributor.models import Contact, Delivery, MailingList, Membership
from distributor.sending.bodies import PREFERENCES, READ, UNSUBSCRIBE, Composed
from distributor.sending.mailings import send_edition, send_notice

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PDF = File(
    name="revue.pdf", media_type="application/pdf", content=b"%PDF-1.7 " + b"x" * 99
)
FRENCH = Composed(
    language=Language.FRENCH,
    subject="Revue de presse nº 231 : mardi 24 novembre 2026",
    plain=f"L'essentiel\n\nSur le web : {READ}\nPréférences : {PREFERENCES}\n"
    f"Ne plus recevoir : {UNSUBSCRIBE}\n",
    page="<!doctype html><html><body>\n<h1>L'essentiel</h1>\n"
    f'<p><a href="{READ}">Sur le web</a></p>\n'
    f'<p><a href="{PREFERENCES}">Préférences</a></p>\n'
    f'<p><a href="{UNSUBSCRIBE}">Ne plus recevoir</a></p>\n</body></html>',
    files=(PDF,),
)
ARABIC = Composed(
    language=Language.ARABIC,
    subject="عرض الصحافة رقم 231: الثلاثاء 24 نونبر 2026",
    plain=f"أهم الأخبار\n\nعلى الويب: {READ}\nإلغاء الاشتراك: {UNSUBSCRIBE}\n",
    page='<!doctype html><html dir="rtl" lang="ar"><body>\n<h1>أهم الأخبار</h1>\n'
    f'<p><a href="{READ}">على الويب</a></p>\n'
    f'<p><a href="{UNSUBSCRIBE}">إلغاء الاشتراك</a></p>\n</body></html>',
)
TOLD = Composed(
    language=Language.FRENCH,
    subject="À regarder : l'embargo n'a pas tenu",
    plain="Un titre a publié trop tôt.\n",
    page="<!doctype html><html><body>\n<p>Un titre a publié trop tôt.</p>\n</body></html>",
)


def a_list(session, name="cabinet", *, members=(), rule=None):
    made = MailingList(name=name, rule=rule)
    session.add(made)
    session.flush()
    for contact_id in members:
        session.add(Membership(mailing_list_id=made.id, contact_id=contact_id))
    session.flush()
    return made.id


def readers(session, *languages, now):
    """A contact p0, p1, ... for each of these languages; answers their ids."""
    made = [
        Contact(
            address=f"p{number}@cabinet.test",
            address_key=f"p{number}@cabinet.test",
            name=f"Lecteur {number}",
            languages=[language],
            beats=[],
            created_at=now,
            updated_at=now,
        )
        for number, language in enumerate(languages)
    ]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def an_edition(session, *, clock, ids, list_id, given=None, **changes):
    asked = {
        "about": "edition:12",
        "list_id": list_id,
        "channel": "outbox",
        "bodies": (FRENCH, ARABIC),
        "at": AT,
        "zone": ZONE,
        "key": f"edition:12:{list_id}",
    }
    return send_edition(
        session,
        **(asked | changes),
        settings=given or settings(),
        zone_rules=RULES,
        ids=ids,
        now=clock.now(),
    )


def a_notice(session, *, clock, ids, given=None, **changes):
    asked = {
        "about": "alert:7",
        "addresses": ["permanence@ministere.test"],
        "channel": "outbox",
        "bodies": (TOLD,),
        "key": "alert:7",
    }
    return send_notice(
        session,
        **(asked | changes),
        settings=given or settings(),
        zone_rules=RULES,
        ids=ids,
        now=clock.now(),
    )


def states_of(database, dispatch_id):
    """Each delivery's state and reason, by address."""
    with database.read() as session:
        rows = session.scalars(
            select(Delivery).where(Delivery.dispatch_id == dispatch_id)
        )
        return {row.address: (row.state, row.reason) for row in rows}


def token_of(database, dispatch_id, address):
    with database.read() as session:
        return session.scalar(
            select(Delivery.token).where(
                Delivery.dispatch_id == dispatch_id, Delivery.address == address
            )
        )
