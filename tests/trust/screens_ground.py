"""An office full of hostile texts, served for real, and a browser that tells what it did."""

from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from browsers import chromium
from hostile_marks import PAYLOADS
from lxml import etree
from review_rows import freeze_morning
from screen_makers import an_office, cookie

from app.web.sessions import COOKIE
from core.models import Account, Alert, Outlet, Release, Version
from core.values import Role
from core.zones import wall_of
from distributor.models import Contact, Delivery, MailingList, Membership
from distributor.sending.plan import plan
from monitor.catalogue.adding import new_source
from monitor.intake.identity import address_hash
from monitor.models import Article, ArticleVersion, Coverage, Poll, Sighting

# What no text of others may become on a page of ours.
_STRANGERS = """() => {
  const bad = [];
  const own = new URL(location.href).origin;
  // What a chart holds is looked into by `_is_picture`.
  const isChart = (one) => one.matches('figure.report-picture > img[src^="data:image/svg+xml;base64,"]');
  for (const one of document.querySelectorAll('*')) {
    for (const name of one.getAttributeNames())
      if (name.toLowerCase().startsWith('on') || name === 'srcdoc' ||
          // Our own script widens the parts of a bar.
          (name === 'style' && !('share' in one.dataset)))
        bad.push(one.outerHTML.slice(0, 200));
    const tag = one.localName;
    if (['svg', 'math', 'iframe', 'frame', 'object', 'embed', 'applet', 'base', 'img', 'image',
         'video', 'audio', 'source', 'track', 'style', 'template', 'marquee', 'portal',
         'plaintext', 'xmp'].includes(tag) && !isChart(one))
      bad.push(one.outerHTML.slice(0, 200));
    if (tag === 'script' && !(one.src.startsWith(own + '/static/') && !one.textContent))
      bad.push(one.outerHTML.slice(0, 200));
    if (tag === 'link' && !one.href.startsWith(own + '/static/')) bad.push(one.outerHTML);
    if (tag === 'meta' && one.httpEquiv) bad.push(one.outerHTML);
    if (tag === 'form' && new URL(one.getAttribute("action") || "/", location.href).origin !== own) bad.push(one.outerHTML);
    if (tag === 'a' && !['http:', 'https:'].includes(one.protocol)) bad.push(one.outerHTML);
  }
  return bad;
}"""


_CHARTS = "() => [...document.querySelectorAll('figure.report-picture > img')].map((one) => one.src)"
_XLINK = "{http://www.w3.org/1999/xlink}href"


def _is_picture(address):
    """A chart of ours: paths that load and run nothing."""
    drawn = etree.fromstring(b64decode(address.partition(",")[2]))
    names = {etree.QName(one).localname for one in drawn.iter(etree.Element)}
    asked = [one.get(_XLINK) for one in drawn.iter() if one.get(_XLINK)]
    acts = [
        name for one in drawn.iter() for name in one.attrib if name.startswith("on")
    ]
    strange = names & {"script", "foreignObject", "image", "a", "text", "animate"}
    return not strange and not acts and all(one.startswith("#") for one in asked)


@dataclass
class Watched:
    """A page of a browser, and all it tried."""

    page: object
    base: str
    strangers: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    ran: list = field(default_factory=list)
    violations: list = field(default_factory=list)

    def see(self, path, *, status=200):
        answer = self.page.goto(f"{self.base}{path}", wait_until="load")
        assert answer.status == status, path
        self.look(path)

    def look(self, path):
        """Note what the page that is open now holds and did."""
        found = self.page.evaluate(_STRANGERS)
        self.strangers += [(path, one) for one in found]
        charts = self.page.evaluate(_CHARTS)
        self.strangers += [(path, one) for one in charts if not _is_picture(one)]
        if self.page.evaluate("window.ran || 0"):
            self.ran.append(path)

    def assert_clean(self):
        assert self.strangers == [], self.strangers[:5]
        assert self.ran == []
        assert self.asked == []
        assert self.violations == []


@contextmanager
def watched(base, office, *, role=Role.VALIDATOR, bypass_csp=False, language="en"):
    """A browser that answers every request beyond *base* by noting it."""
    with chromium() as opened:
        context = opened.new_context(bypass_csp=bypass_csp)
        context.add_init_script("window.alert = () => { top.ran = window.ran = 1; };")
        jar = {COOKIE: cookie(office, role), "parution_language": language}
        context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in jar.items()]
        )
        page = context.new_page()
        seen = Watched(page=page, base=base)

        def pass_or_note(route):
            if route.request.url.startswith(base):
                route.continue_()
                return
            seen.asked.append(route.request.url)
            route.abort()

        def note(message):
            if "Content Security Policy" in message.text or "CSP" in message.text:
                seen.violations.append(message.text)

        context.route("**/*", pass_or_note)
        page.on("dialog", lambda dialog: (seen.ran.append("dialog"), dialog.dismiss()))
        page.on("console", note)
        yield seen


@contextmanager
def office_with_accounts(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids, approval="off") as opened:
        with opened.database.write() as session:
            session.add_all(
                Account(name=role, role=role, password_hash="", created_at=clock.now())
                for role in Role
            )
        yield opened


def a_release(session, *, now, title="Rencontre"):
    release = Release(
        number="112/2026", kind="communique", zone="Africa/Casablanca", created_at=now
    )
    release.versions = [
        Version(language="fr", title=title, body=f"{title}\n\nTexte.", file_name="a.md")
    ]
    session.add(release)
    session.flush()
    return release


def an_article(session, outlet, *, number, now, url, text="Un texte."):
    row = Article(
        outlet_id=outlet.id,
        url=url,
        address_hash=address_hash(f"https://echo.test/{number}"),
        title=text,
        title_hash=number,
        author=text,
        section=text,
        image="https://canary.test/image.png",
        language="fr",
        first_seen_at=now - timedelta(hours=6),
        excerpt=text[:300],
        full_text=text,
    )
    session.add(row)
    session.flush()
    return row


def a_coverage(session, article, release, *, now, text=""):
    row = Coverage(
        article_id=article.id,
        release_id=release.id,
        label="reprint",
        score=0.9,
        reasons=[{"code": "names", "names": text or "Rabat"}],
        passages=[],
        found_at=now - timedelta(hours=6),
        decision="proposed",
    )
    session.add(row)
    return row


def fill_with_marks(office):
    """Every payload in every field a screen shows: as the name of an outlet, a title ..."""
    now = office.clock.now()
    with office.database.write() as session:
        release = a_release(session, now=now, title=PAYLOADS[0])
        for number, payload in enumerate(PAYLOADS, start=1):
            _one(session, release, number=number, payload=payload, now=now)
        people = MailingList(name=f"liste {PAYLOADS[15]}")
        session.add(people)
        session.flush()
        for number, payload in enumerate(PAYLOADS):
            contact = Contact(
                address=f"n{number}@press.test",
                address_key=f"n{number}@press.test",
                name=payload[:200],
                languages=["fr"],
                beats=[],
                created_at=now,
                updated_at=now,
            )
            session.add(contact)
            session.flush()
            session.add(Membership(mailing_list_id=people.id, contact_id=contact.id))
        session.flush()
        plan(
            session,
            release_id=release.id,
            list_name=people.name,
            wall=wall_of(now + timedelta(hours=3), "Africa/Casablanca"),
            zone="Africa/Casablanca",
            channel="outbox",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=now,
        )
        for number, row in enumerate(session.query(Delivery)):
            # What a server of others answered.
            row.state, row.reason = "bounced", PAYLOADS[number % len(PAYLOADS)]
        freeze_morning(session, office.settings, now=now)


def _one(session, release, *, number, payload, now):
    outlet = Outlet(
        name=f"{payload} {number}",
        name_ar=f"{payload} {number}",
        language="fr",
        known=payload,
        region=payload,
        kind=payload,
    )
    source = new_source(
        outlet, kind="feed", url=f"https://echo.test/{number}/{payload}", now=now
    )
    states = ("failing", "hijacked", "ok", "blocked")
    source.state, source.detail = states[number % 4], payload
    source.fault = "status" if number % 2 else payload
    source.moved_to = payload
    source.options = {"paused": payload, "robots_agreement": payload}
    session.add(source)
    session.flush()
    session.add_all(
        [
            Poll(
                source_id=source.id,
                began_at=now,
                outcome=payload,
                fault=payload,
                detail=payload,
            ),
            Alert(
                rule=payload if number % 3 else "source-failing",
                about=f"source:{source.id}" if number % 2 else payload,
                raised_at=now,
                fields={"outlet": payload, "outlet_ar": payload, "detail": payload},
            ),
        ]
    )
    article = an_article(
        session,
        outlet,
        number=number,
        now=now,
        url=f"https://echo.test/{number}?q={payload}",
        text=payload,
    )
    session.add_all(
        [
            Sighting(
                source_id=source.id,
                key_hash=number,
                said_hash=0,
                article_id=article.id,
                first_seen_at=now,
            ),
            ArticleVersion(
                article_id=article.id,
                number=1,
                change="edited",
                changed_at=now,
                title=f"Avant {payload}",
                full_text=f"Avant {payload} après",
                share=0.5,
                url=payload,
            ),
        ]
    )
    a_coverage(session, article, release, now=now, text=payload)
