"""Rows of a release that was sent, covered in three languages, answered and argued with."""

from datetime import timedelta

from delivery_rows import dispatch_of

from core.models import Outlet, Release, Version
from core.values import Language
from distributor.models import Answer, Contact, Delivery, Event, MailingList
from monitor import goals, rectifying
from monitor.models import Article, Byline, Coverage
from monitor.rectifying import Stage

TITLE = "Rencontre des agences urbaines"
LEAD = "Le ministre a ouvert mercredi à Rabat la rencontre des agences urbaines."
NEWS = "Un guichet numérique unique remplace le dossier papier dans 1 240 communes."
CLOSE = "Les agences suivront chaque dossier pendant quinze jours."
BODY = f"{LEAD} {NEWS}\n\n{CLOSE}"
TITLE_AR = "لقاء الوكالات الحضرية"
LEAD_AR = "افتتح الوزير يوم الأربعاء بالرباط لقاء الوكالات الحضرية."
MESSAGE = "Un guichet numérique unique remplace le dossier papier dans les communes"
MESSAGE_AR = "شباك رقمي موحد يعوض الملف الورقي في الجماعات"

# Outlet, its Arabic name, kind, region, language; label, hours after, text, story.
PRESS = [
    ("MAP", "و م ع", "agency", "", "fr", "reprint", 0.5, f"{LEAD} {NEWS} {CLOSE}", 1),
    ("Le Matin", "", "daily", "", "fr", "reprint", 2, f"{LEAD} {NEWS} {CLOSE}", 1),
    (
        "Oujda City",
        "",
        "regional",
        "L'Oriental",
        "fr",
        "reprint",
        5,
        f"{LEAD} {NEWS}",
        1,
    ),
    (
        "Hespress",
        "هسبريس",
        "online",
        "",
        "ar",
        "rewrite",
        3,
        "شباك رقمي موحد سيعوض الملف الورقي في كل الجماعات، يقول الوزير.",
        None,
    ),
    (
        "Le 360",
        "لو 360",
        "online",
        "",
        "fr",
        "partial",
        26,
        f"Au ministère on l'assure. {NEWS} Le papier disparaît.",
        None,
    ),
    (
        "El País",
        "",
        "daily",
        "ES",
        "es",
        "mention",
        30,
        "El ministro habló de las agencias urbanas.",
        None,
    ),
]
REJECTED = ("Yabiladi", "", "online", "", "fr", "mention", 9, "Autre chose.", None)


def a_release(session, *, at, number="112/2026", kind="communique", event=None):
    release = Release(
        number=number,
        kind=kind,
        zone="Africa/Casablanca",
        created_at=at,
        event_at=event,
    )
    release.versions = [
        Version(language="fr", title=TITLE, body=BODY, file_name="a.fr.md"),
        Version(language="ar", title=TITLE_AR, body=LEAD_AR, file_name="a.ar.md"),
    ]
    session.add(release)
    session.flush()
    return release


def a_dispatch(session, release, *, at, sent=()):
    """*sent* are contacts, each with the state of what was sent to them."""
    listed = session.query(MailingList).filter_by(name="nationale").one_or_none()
    listed = listed or MailingList(name="nationale")
    session.add(listed)
    session.flush()
    row = dispatch_of(release.id, at=at, mailing_list_id=listed.id, started_at=at)
    session.add(row)
    session.flush()
    session.add_all(
        Delivery(
            dispatch_id=row.id,
            contact_id=contact.id,
            address=contact.address,
            address_key=contact.address_key,
            name=contact.name,
            language="fr",
            state=state,
            due_at=at,
            token=f"{row.id}-{contact.id}",
            changed_at=at,
        )
        for contact, state in sent
    )
    session.flush()
    return row


def a_contact(session, name, outlet, *, at):
    address = f"c{session.query(Contact).count()}@press.test"
    row = Contact(
        address=address,
        address_key=address,
        name=name,
        outlet=outlet,
        kind="journalist",
        languages=["fr"],
        beats=[],
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    return row


def passages(text):
    """Our sentences that stand in a text, as matching keeps them."""
    ours = f"{TITLE}\n\n{BODY}"
    return [
        {
            "start": text.index(one),
            "end": text.index(one) + len(one),
            "language": "fr",
            "release_start": ours.index(one),
            "release_end": ours.index(one) + len(one),
        }
        for one in (LEAD, NEWS, CLOSE)
        if one in text
    ]


def an_article(session, release, one, *, at, decision="confirmed"):
    """A coverage line of one row of `PRESS`."""
    name, arabic, kind, region, language, label, hours, text, story = one
    outlet = session.query(Outlet).filter_by(name=name).one_or_none()
    outlet = outlet or Outlet(name=name, name_ar=arabic, kind=kind, region=region)
    session.add(outlet)
    session.flush()
    place = session.query(Article).count() + 1
    when = at + timedelta(hours=hours)
    article = Article(
        outlet_id=outlet.id,
        url=f"https://press.test/{place}",
        address_hash=place,
        title=f"Titre {place}",
        title_hash=place,
        language=language,
        first_seen_at=when + timedelta(minutes=4),
        published_at=when,
        published_as="moment",
        excerpt=text[:60],
        full_text=text,
        text_hash=f"{place:064x}",
        story_id=story,
    )
    session.add(article)
    session.flush()
    line = Coverage(
        article_id=article.id,
        release_id=release.id,
        label=label,
        score=0.9,
        reasons=[{"code": "share-of-article", "percent": "61"}],
        passages=passages(text),
        found_at=when + timedelta(minutes=5),
        decision=decision,
    )
    session.add(line)
    session.flush()
    return line


def everything(session, *, at):
    """A release of *at* with all that a balance knows; its id."""
    release = a_release(session, at=at, event=at + timedelta(hours=24))
    nadia = a_contact(session, "Nadia El Amrani", "Le 360", at=at)
    omar = a_contact(session, "Omar Alami", "www.lematin.ma", at=at)
    salma = a_contact(session, "Salma Tazi", "Assabah", at=at)
    karim = a_contact(session, "Karim Idrissi", "Telquel", at=at)
    a_dispatch(
        session,
        release,
        at=at,
        sent=[
            (nadia, "delivered"),
            (omar, "accepted"),
            (salma, "delivered"),
            (karim, "bounced"),
        ],
    )
    _answered(session, release, {nadia: "present", omar: "declined"}, at=at)
    _unsubscribed(session, salma, at=at)
    lines = [an_article(session, release, one, at=at) for one in PRESS]
    an_article(session, release, REJECTED, at=at, decision="rejected")
    session.add(
        Byline(
            article_id=lines[4].article_id,
            contact_id=nadia.id,
            name="N. El Amrani",
            score=1.0,
            reasons=[],
            decision="confirmed",
            found_at=at,
        )
    )
    lines[0].tone, lines[4].tone, lines[3].on_front = "positive", "negative", True
    _argued(session, lines[4], at=at)
    _aimed(session, release, at=at)
    return release.id


def earlier(session, *, at, number, outlets, kind="communique"):
    """A release that was sent at *at* and printed by so many outlets; its id."""
    release = a_release(session, at=at, number=number, kind=kind)
    a_dispatch(session, release, at=at)
    for place in range(outlets):
        one = (f"Journal {place}", "", "daily", "", "fr", "mention", 1, LEAD, None)
        an_article(session, release, one, at=at)
    return release.id


def _answered(session, release, answers, *, at):
    session.add_all(
        Answer(
            release_id=release.id,
            contact_id=contact.id,
            answer=answer,
            said_by="link",
            said_at=at,
        )
        for contact, answer in answers.items()
    )


def _unsubscribed(session, contact, *, at):
    delivery = session.query(Delivery).filter_by(contact_id=contact.id).one()
    session.add(
        Event(
            delivery_id=delivery.id,
            kind="unsubscribed",
            channel="outbox",
            happened_at=at,
            received_at=at,
            key="unsubscribed:1",
            detail={},
        )
    )


def _argued(session, line, *, at):
    noted = rectifying.note(
        session,
        line.id,
        wrong="1 420 communes",
        right="1 240 communes",
        by="x",
        now=at + timedelta(hours=27),
    )
    rectifying.advance(session, noted.id, Stage.ASKED, now=at + timedelta(hours=28))


def _aimed(session, release, *, at):
    goals.aim(
        session,
        release.id,
        objective="Faire connaître le guichet unique.",
        audience="Élus et architectes",
        by="x",
        now=at,
    )
    for language, text in (
        (Language.FRENCH, MESSAGE),
        (Language.ARABIC, MESSAGE_AR),
    ):
        goals.say(
            session, release.id, place=1, language=language, text=text, by="x", now=at
        )
