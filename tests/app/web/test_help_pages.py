"""Help inside the program: in the reader's language, with their own keys, for whoever may read."""

import re

import pytest
from screen_makers import an_office, fill, signed_in

from app.tables import metadata
from app.web import shortcuts
from app.web.help import FILES, Topic
from app.web.shortcuts import USUAL
from core.i18n import words
from core.models import Account
from core.resources import folder
from core.values import SCREENS, Language, Role


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        metadata.create_all(opened.database.engine)
        fill(opened)
        yield opened


def first_words(topic, language):
    text = (folder("docs") / FILES[topic][language]).read_text(encoding="utf-8")
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]


@pytest.mark.parametrize("language", SCREENS)
@pytest.mark.parametrize(
    ("path", "topic"), [("/help", Topic.DAY), ("/help/trouble", Topic.TROUBLE)]
)
def test_a_page_is_read_in_ones_own_language(office, path, topic, language):
    answer = signed_in(office, Role.READER).get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert f'dir="{language.direction}"' in answer.text
    assert f"<h1>{first_words(topic, language)}</h1>" in answer.text.replace(
        "&#39;", "'"
    )
    # No picture of docs/ is shipped, and nothing of Markdown is left over.
    assert "<img" not in answer.text
    assert not re.search(r"\*\*|\]\(|^\|", answer.text, re.MULTILINE)


@pytest.mark.parametrize("language", SCREENS)
def test_what_is_not_shipped_is_said_and_not_linked_to(office, language):
    page = signed_in(office, Role.READER).get(f"/help?lang={language}").text
    body = page.split('<div class="help">')[1].split("</main>")[0]
    assert re.findall(r'href="([^"]+)"', body) == ["/help/trouble"]


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_a_page_in_another_language_is_linked_to_in_that_one(office, language):
    page = signed_in(office, Role.READER).get(f"/help/trouble?lang={language}").text
    assert 'href="/help/trouble?lang=en"' in page


def test_every_page_leads_to_help_and_back(office):
    browser = signed_in(office, Role.WRITER)
    assert 'href="/help"' in browser.get("/").text
    page = browser.get("/help/keys").text
    for path in ("/help", "/help/trouble", "/help/keys"):
        assert f'href="{path}"' in page


def test_the_keys_are_those_of_whoever_reads(office):
    typed = {name: " ".join(keys) for name, keys in USUAL.items()} | {"accept": "q"}
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="watcher").one()
        shortcuts.keep(session, account, is_on=True, typed=typed)
    page = signed_in(office, Role.WATCHER).get("/help/keys?lang=en").text
    assert "<kbd>q</kbd>" in page
    assert "<kbd>Shift+a</kbd>" in page
    others = signed_in(office, Role.READER).get("/help/keys?lang=fr").text
    assert "<kbd>q</kbd>" not in others
    assert words(Language.FRENCH).gettext("Confirm this coverage") in others


def test_keys_that_are_off_are_said_to_be(office):
    typed = {name: " ".join(keys) for name, keys in USUAL.items()}
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="watcher").one()
        shortcuts.keep(session, account, is_on=False, typed=typed)
    page = signed_in(office, Role.WATCHER).get("/help/keys?lang=en").text
    assert "Your keys are switched off." in page
