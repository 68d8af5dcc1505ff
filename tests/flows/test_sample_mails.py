"""Every kind of mail in each language, drawn by a real browser: on a phone, in the dark."""

from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from core.keys import Links
from core.settings import Settings
from core.values import Language, ReleaseKind
from distributor.channels.base import File
from distributor.sending.message import Person, compose
from distributor.sending.text import Parent, PressContact, Text

RELEASES = Path(__file__).parents[2] / "config" / "rehearsal" / "releases"
MINISTRY = (
    "Ministère de l'Aménagement du Territoire National, de l'Urbanisme, de l'Habitat et"
    " de la Politique de la Ville"
)
HARD = """

## Chiffres

| Agence | Effectif | Budget (MDH) | Observations |
|:---|---:|---:|---|
| Rabat-Salé | 120 | 45,3 | Plan homologué en 2017, révision lancée en 2018 |

https://www.ministere.test/une/adresse/tres/longue/qui/ne/finit/pas/document.pdf

> Une citation, et un [lien](https://ministere.test).

- الرباط
- Rabat
"""
AMAZIGH = "# ⴰⵙⵉⵏⴰⴳ\n\n" + "ⵜⵓⵣⵣⵓⵎⵜ ⵏ ⵜⵎⵓⵔⵜ ⵜⵙⵙⵉⵔⵎ ⵉⴷ ⵎⴷⴷⵏ ⵉⵎⵏⵣⵓⵔ. " * 8


def source(language):
    if language is Language.AMAZIGH:
        return AMAZIGH
    path = RELEASES / f"rencontre-agences-urbaines.{language}.md"
    return path.read_text(encoding="utf-8")


def a_mail(kind, language):
    title, _, body = source(language).partition("\n")
    text = Text(
        number="112/2026",
        language=language,
        title=title.removeprefix("# "),
        body=body + HARD,
        kind=kind,
        due_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        zone="Africa/Casablanca",
        dispatch="1",
        list_id="list-1",
        event_wall=datetime(2026, 12, 2, 9, 30),
        embargo_wall=datetime(2026, 12, 1, 9),
        place="Hay Ryad, Rabat",
        signatory="Le directeur de la communication",
        press_contact=PressContact(
            name="Nadia Alami", phone="+212 537 57 73 72", email="p@ministere.test"
        ),
        parent=Parent(number="111/2026", title="Rencontre des agences urbaines"),
        files=[
            File(name="بلاغ.pdf", media_type="application/pdf", content=b"%PDF-1.7")
        ],
        left_behind=["Dossier_de_presse_complet_avec_toutes_ses_annexes_2026.pdf"],
    )
    office = Settings.model_validate(
        {
            "organisation": {
                "name": MINISTRY,
                "from": "presse@ministere.test",
                "postal_address": "Angle rues Al Joumayz et Al Jaouz, Rabat 10000",
            },
            "web": {"public_url": "https://presse.ministere.test"},
        }
    )
    letter = compose(text, office, links=Links(["key"]), signs=True)
    person = Person(address="n@presse.test", name="نادية العلمي", token="7" * 32)
    return letter.address(person).content


def page_of(content):
    mail = BytesParser(policy=policy.default).parsebytes(content)
    return mail.get_body(("html",)).get_content()


SAMPLES = [
    *((kind, Language.FRENCH) for kind in ReleaseKind),
    (ReleaseKind.COMMUNIQUE, Language.ARABIC),
    (ReleaseKind.INVITATION, Language.ARABIC),
    (ReleaseKind.COMMUNIQUE, Language.ENGLISH),
    (ReleaseKind.COMMUNIQUE, Language.AMAZIGH),
]


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "language"), SAMPLES)
def test_a_mail_fits_a_phone_and_reads_well_by_day_and_by_night(
    browser, kind, language
):
    page = browser.new_page(viewport={"width": 360, "height": 640})
    try:
        # Nothing is fetched: what a mail shows, it brings.
        page.route("**/*", lambda route: route.abort())
        page.set_content(page_of(a_mail(kind, language)))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        direction = page.evaluate(
            "getComputedStyle(document.querySelector('h1')).direction"
        )
        assert direction == language.direction
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(
                page,
                options={
                    "runOnly": [
                        "color-contrast",
                        "link-name",
                        "image-alt",
                        "valid-lang",
                    ]
                },
            )
            assert found.response["violations"] == []
            judged = {rule["id"] for rule in found.response["passes"]}
            assert {"color-contrast", "link-name", "valid-lang"} <= judged
    finally:
        page.close()


@pytest.mark.browser
def test_a_dark_screen_gets_a_dark_letter(browser):
    page = browser.new_page(color_scheme="dark")
    page.set_content(page_of(a_mail(ReleaseKind.COMMUNIQUE, Language.FRENCH)))
    seen = page.evaluate(
        "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    )
    page.close()
    assert seen == "rgb(31, 29, 27)"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(ReleaseKind))
def test_a_real_release_is_a_mail_of_less_than_100_kb(kind, language):
    assert len(a_mail(kind, language)) < 60_000
