"""What tests of the editor's pages need: a form as a browser sends it, a text in two languages."""

import html
import re

from core.models import Release
from core.values import Language
from distributor.models import Delivery, Dispatch
from distributor.releases import importing

FRENCH = "Le ministère réunit les agences mardi 24 novembre 2026 à Rabat."
ARABIC = "تجمع الوزارة الوكالات يوم الثلاثاء 24 نونبر 2026 بالرباط."


def two_languages(session, now, number="200/2026"):
    """A release in French and Arabic; answers its id."""
    return importing.store(
        session,
        number=number,
        kind="communique",
        versions=[
            importing.ImportedVersion(
                language=Language.FRENCH,
                title="Rencontre des agences",
                body=FRENCH,
                file_name="",
            ),
            importing.ImportedVersion(
                language=Language.ARABIC,
                title="لقاء الوكالات",
                body=ARABIC,
                file_name="",
            ),
        ],
        zone="Africa/Casablanca",
        embargo_wall=None,
        event_wall=None,
        now=now,
    ).id


def sent_by(page, **changes):
    """What a browser sends of the editor's form on *page*; `body_fr` names a field's language."""
    form = page.text[page.text.index('id="editor"') :]
    form = form[: form.index("</form>")]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    areas = re.findall(
        r'<textarea id="(\w+)-(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL
    )
    facts = re.findall(
        r'<input type="[\w-]+" id="(\w+)" name="\w+" value="([^"]*)"', form
    )
    chosen = re.findall(r'<select id="(\w+)".*?<option[^>]*? selected', form, re.DOTALL)
    data = {name: html.unescape(value) for name, value in facts}
    data["kind"] = re.search(r'<option value="([\w-]+)" selected', form)[1]
    data["zone"] = re.search(r"<option selected>([^<]+)<", form)[1]
    assert chosen
    for name, value in hidden:
        data.setdefault(name, [])
        data[name].append(html.unescape(value))
    data["shown"] = data["shown"][0]
    data["title"], data["body"] = [], []
    for kind, language, text in areas:
        typed = changes.pop(f"{kind}_{language}", html.unescape(text))
        # As browsers end lines.
        data[kind].append(typed.replace("\n", "\r\n"))
    return data | changes


def a_dispatch(session, release_id, now, *, left=False):
    row = Dispatch(
        release_id=release_id,
        channel="outbox",
        channels=["outbox"],
        wall=now.replace(tzinfo=None),
        zone="UTC",
        due_at=now,
        deadline_at=now,
        grace_minutes=15,
        zone_rules="2026f",
        release_seal="s",
        seal="s",
        state="done" if left else "planned",
        left_out=[],
        planned_at=now,
        started_at=now if left else None,
    )
    session.add(row)
    session.flush()
    session.add(
        Delivery(
            dispatch_id=row.id,
            address="n@press.test",
            address_key="n@press.test",
            name="",
            language="fr",
            state="accepted" if left else "waiting",
            due_at=now,
            token=f"e{row.id}",
            changed_at=now,
        )
    )
    session.flush()
    return row.id


def words_of(office, release_id):
    """Title and body by language."""
    with office.database.read() as session:
        found = session.get_one(Release, release_id).versions
        return {one.language: (one.title, one.body) for one in found}
