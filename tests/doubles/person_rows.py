"""One person as an office knows them after years, in every table that may hold them."""

import io
import zipfile
from datetime import timedelta

from delivery_rows import dispatch_of
from sqlalchemy import select

from app.reviews.models import Edition
from core.models import Account, Outlet, Release
from core.programs.models import Repeat
from distributor.contacts import importing, lines, merging, requests, suppression
from distributor.contacts.requests import Wish
from distributor.models import (
    Answer,
    Attempt,
    Contact,
    ContactFile,
    Delivery,
    Employment,
    Event,
    MailingList,
    ReleaseComment,
    TestMail,
    WalkIn,
)
from distributor.states import Asked, Came
from monitor.models import Article, Byline

ADDRESS = "nadia.alami@presse.test"
OTHER = "other@x.test"
HEADER = "email,name,outlet,phone,provenance\n"
FIRST = HEADER + "nadia.alami@presse.test,Nadia Alami,Le Matin,0611223344,annuaire\n"
SECOND = HEADER + "n.alami@courrier.test,N. Alami,Atlas,0655667788,salon\n"
TRACES = ("alami", "0611223344", "0655667788")


def _import(session, tmp_path, content, *, now):
    path = tmp_path / "contacts.csv"
    path.write_text(content, encoding="utf-8")
    rows = importing.read(path).rows
    importing.store(session, rows, list_name="presse", now=now, file_name=path.name)


def _a_dispatch(session, now, *, number, left_out=()):
    release = Release(number=number, kind="communique", zone="UTC", created_at=now)
    session.add(release)
    session.flush()
    dispatch = dispatch_of(
        release.id,
        at=now,
        mailing_list_id=session.scalars(select(MailingList.id)).one(),
        channel="smtp",
        channels=["smtp"],
        left_out=list(left_out),
    )
    session.add(dispatch)
    session.flush()
    return dispatch


def _mailed(session, now, *, state="bounced"):
    """The person was mailed; the server and the provider repeated the address."""
    dispatch = _a_dispatch(session, now, number="1/2026")
    contact = lines.contact(session, "n.alami@courrier.test")
    delivery = Delivery(
        dispatch_id=dispatch.id,
        contact_id=contact.id,
        address=contact.address,
        address_key=contact.address_key,
        name=contact.name,
        language="fr",
        state=state,
        reason="550 <n.alami@courrier.test> unknown",
        due_at=now,
        token="token",
        attempts=1,
        changed_at=now,
    )
    session.add(delivery)
    session.flush()
    session.add_all(
        [
            Attempt(
                delivery_id=delivery.id,
                number=1,
                channel="smtp",
                began_at=now,
                verdict="refused",
                answer="550 <n.alami@courrier.test> unknown",
            ),
            Event(
                delivery_id=delivery.id,
                kind="bounced",
                channel="smtp",
                happened_at=now,
                received_at=now,
                key="event",
                detail={"to": "n.alami@courrier.test"},
            ),
            Answer(
                release_id=dispatch.release_id,
                contact_id=contact.id,
                answer="coming",
                said_by="link",
                said_at=now,
            ),
        ]
    )
    session.flush()
    return delivery


def known_for_years(session, tmp_path, now):
    """Imported twice, mailed, merged, left out, opted out."""
    _import(session, tmp_path, FIRST, now=now)
    _import(session, tmp_path, SECOND, now=now)
    _import(session, tmp_path, HEADER + "other@x.test,Other,,,salon\n", now=now)
    delivery = _mailed(session, now)
    merging.merge(session, "nadia.alami@presse.test", "n.alami@courrier.test", now=now)
    suppression.suppress(
        session, "nadia.alami@presse.test", reason="unsubscribed", now=now
    )
    _a_dispatch(
        session,
        now,
        number="2/2026",
        left_out=[
            {"address_key": "nadia.alami@presse.test", "reason": "suppressed"},
            {"address_key": "somebody@x.test", "reason": "suppressed"},
        ],
    )
    return delivery


def known_everywhere(session, tmp_path, now):
    """All of `known_for_years`, and whatever else may stand beside a contact."""
    delivery = known_for_years(session, tmp_path, now)
    account = Account(name="bureau", role="writer", password_hash="", created_at=now)
    outlet = Outlet(name="Le Matin")
    session.add_all([account, outlet])
    session.flush()
    contact = session.scalars(
        select(Contact).where(Contact.address_key == ADDRESS)
    ).one()
    delivery.contact_id = contact.id
    job = session.scalars(select(Employment)).first()
    job.since, job.until = now.date() - timedelta(days=900), now.date()
    contact.languages = ["ar", "fr"]
    contact.beats, contact.quiet_from, contact.quiet_until = ["ville"], "22:00", "07:00"
    contact.consent, contact.consent_at = "given", now
    contact.paused_until = now + timedelta(days=30)
    answer = session.scalars(select(Answer)).one()
    answer.before = {"answer": "declined", "said_by": "link"}
    answer.crew_size, answer.crew = 1, ["Karim Alami"]
    answer.plate, answer.equipment = "1234-A-6", "caméra"
    session.add_all(_beside(account, delivery, now))
    article = Article(
        outlet_id=outlet.id,
        url="https://lematin.test/1",
        address_hash=1,
        title="La ville",
        title_hash=1,
        author="Nadia Alami",
        first_seen_at=now,
    )
    session.add(article)
    session.flush()
    session.add(
        Byline(
            article_id=article.id,
            contact_id=contact.id,
            name="Nadia Alami",
            score=0.9,
            reasons=[{"code": "name", "name": "Nadia Alami"}],
            decision="confirmed",
            found_at=now,
        )
    )
    line = {"outlet": "Le Matin", "author": "La rédaction", "contact": "Nadia Alami"}
    edition = {
        "sections": [{"key": "agencies", "lines": [line, {"contact": "Omar B"}]}]
    }
    session.add(
        Edition(
            key="2026-11-24/morning",
            day=now.date(),
            number=1,
            since=now,
            until=now,
            state="sent",
            whole=edition,
            content=edition,
        )
    )
    wish = Wish(
        kind=Asked.ACCESS, address=ADDRESS, came_by=Came.LETTER, note="lettre d'Alami"
    )
    requests.note(session, wish, days=30, zone="UTC", by="bureau", now=now)
    session.flush()


def _beside(account, delivery, now):
    release_id = 1
    return [
        WalkIn(
            release_id=release_id,
            key="k",
            name="nadia  ALAMI",
            outlet="Le Matin",
            plate="1234-A-6",
            noted_by="bureau",
            came_at=now,
        ),
        ContactFile(
            account_id=account.id,
            file_name="liste.xlsx",
            content=_workbook(ADDRESS),
            digest="d",
            list_name="presse",
            choices={},
            given_at=now,
            left_over=f"email\n{ADDRESS}\n".encode(),
        ),
        TestMail(
            release_id=release_id,
            seal="s",
            language="fr",
            address="Nadia.Alami@presse.test",
            dispatch_id=delivery.dispatch_id,
            account_id=account.id,
            at=now,
        ),
        Repeat(
            account_id=account.id,
            key="once",
            what="POST /contacts",
            digest="d",
            made_at=now,
            status=201,
            answer=f'{{"email": "{ADDRESS}"}}',
        ),
        ReleaseComment(
            release_id=release_id,
            text="Nadia Alami a rappelé",
            account_id=account.id,
            at=now,
        ),
    ]


def _workbook(address):
    """As much of one as tells an address that only whoever unpacks it sees."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<si><t>{address}</t></si>" * 9)
    return out.getvalue()
