"""What the pages say is so: their links lead somewhere, their words are the program's own."""

import re
import subprocess
import sys
from functools import cache
from shutil import which

import pytest
from babel.messages.pofile import read_po

from app.web.help import FILES
from core.settings import load
from core.values import Language
from docs import build, links, reference

PATHS = links.tracked()
TEXTS = links.pages(PATHS)
# The pages that officers read, which /help shows too.
OFFICERS = {
    f"docs/{name}": language
    for names in FILES.values()
    for language, name in names.items()
}
TROUBLE = [page for page in OFFICERS if TEXTS.get(page, "").count("\n> ") > 5]


@cache
def said(language):
    """Every sentence and label of the program in *language*, as patterns with their values left open."""
    with (links.ROOT / f"core/locale/{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=str(language))
    texts = set()
    for message in catalogue:
        if message.id and not message.pluralizable:
            text = message.id if language == Language.ENGLISH else message.string
            texts.add(plain(re.sub(r"%\(\w+\)s", "…", text)))
    return texts


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\xa0", " "))


def broken(pages, paths=PATHS):
    return [str(one) for one in links.broken(pages, paths)]


def test_every_link_every_anchor_and_every_picture_is_there():
    assert len(TEXTS) > 40
    assert broken(TEXTS) == []


def test_a_link_that_leads_nowhere_is_noticed():
    page = {"docs/a.md": "[b](b.md) [c](#d) ![e](e.webp) [f](../README.md#none)\n"}
    found = broken(page | {"README.md": "# Parution\n"}, ["README.md"])
    assert len(found) == 4


def test_addresses_outside_are_listed_and_not_asked():
    assert links.outside({"a.md": "[b](https://b.test/) [c](c.md)"}) == [
        "https://b.test/"
    ]


@pytest.mark.parametrize("path", sorted(reference.written()))
def test_a_generated_file_is_what_the_program_says_today(path):
    now = (links.ROOT / path).read_text(encoding="utf-8")
    assert now == reference.written()[path], "run make docs"


@pytest.mark.parametrize("page", sorted(OFFICERS))
def test_a_label_in_bold_is_a_label_of_the_screens(page):
    """A sentence in bold ends like one, and is ours; all else stands on a screen."""
    bold = [plain(one) for one in re.findall(r"\*\*(.+?)\*\*", TEXTS[page], re.DOTALL)]
    labels = [one for one in bold if not one.endswith((".", "?", "؟"))]
    assert len(labels) > 8
    assert [one for one in labels if one not in said(OFFICERS[page])] == []


@pytest.mark.parametrize("page", sorted(TROUBLE))
def test_a_sentence_that_is_quoted_is_one_the_program_says(page):
    quoted = [plain(one) for one in re.findall(r"^> (.+)$", TEXTS[page], re.MULTILINE)]
    assert len(quoted) > 15
    assert [one for one in quoted if one not in said(OFFICERS[page])] == []


def test_trouble_is_told_in_each_language_of_the_screens():
    assert {OFFICERS[page] for page in TROUBLE} == {"fr", "ar", "en"}


def test_the_answer_to_a_form_of_elsewhere_is_quoted_as_it_is():
    text = TEXTS["docs/troubleshooting.md"]
    quoted = re.search(r'\*\*"(.+?)" is the answer', text)[1]
    assert quoted in (links.ROOT / "app/web/__init__.py").read_text()


@pytest.mark.parametrize("page", ["docs/operating.md", "docs/people.md"])
def test_settings_that_a_page_shows_can_be_read(page, tmp_path):
    for number, text in enumerate(
        re.findall(r"^```toml\n(.*?)^```$", TEXTS[page], re.MULTILINE | re.DOTALL)
    ):
        path = tmp_path / f"{number}.toml"
        path.write_text(text)
        load(path=path, environment={})


def test_the_pages_are_built_with_nothing_of_others(tmp_path):
    build.build(tmp_path, TEXTS, PATHS)
    made = {
        str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8")
        for path in tmp_path.rglob("*.html")
    }
    assert 'dir="rtl"' in made["docs/daily-use.ar.html"]
    assert 'lang="fr" dir="ltr"' in made["docs/usage-quotidien.fr.html"]
    assert (tmp_path / "docs.css").is_file()
    assert '"openapi": "3.1' in (tmp_path / build.OPENAPI).read_text()
    # Not what is copied for a page to lead to, such as the samples.
    for name in {build._output(page) for page in TEXTS} | {"index.html"}:
        page = made[name]
        loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', page)
        assert not [one for one in loaded if "://" in one], name
        for address in re.findall(r'(?:src|href)="([^"#]+)[^"]*"', page):
            if "://" not in address and not address.startswith("mailto:"):
                there = (tmp_path / name).parent / address
                assert there.exists(), (name, address)


def test_the_navigation_has_every_page_for_the_three_readers():
    entries = list(build._navigation(TEXTS))
    assert [one.title for one in entries if not one.page] == [
        "The officer",
        "Who runs it",
        "Who extends it",
    ]
    inside = {
        page
        for page in TEXTS
        if page.startswith("docs/") and page.count("/") == 1 and page != build.INDEX
    }
    assert inside - {one.page for one in entries} == set()


UNIT = links.ROOT / "config" / "parution.service"


def test_a_unit_for_systemd_runs_the_office_unprivileged():
    for line in ("User=parution", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert f"\n{line}\n" in UNIT.read_text()


@pytest.mark.skipif(not which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_unit(tmp_path):
    # Its program is where docs/install.md puts it, which is not here.
    unit = UNIT.read_text().replace("/opt/parution/.venv/bin/parution", sys.executable)
    copy = tmp_path / UNIT.name
    copy.write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
