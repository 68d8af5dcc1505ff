"""The map, the words and the rules of this house hold for the tree as it is."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
import typer

import core.reporting.formats
import distributor.channels
from app import tables
from app.cli import build
from core.catalogue import members
from core.db import Base

ROOT = Path(__file__).parents[2]
PARTS = ("core", "distributor", "monitor", "app")
PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
)
GLOSSARY = """
organisation release version seal contact outlet mailing_list publication audience suppression
dispatch delivery attempt event channel source poll entry article watch match coverage
story review balance
"""
# What other programs call these things, and modules named after nothing.
BANNED = {"campaign", "blast", "hit", "utils", "util", "helpers", "helper", "manager"}


def _tracked():
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]


TRACKED = _tracked()
# Not what lies on this disk: an empty folder here is no folder elsewhere.
KNOWN = {*TRACKED} | {
    str(folder) for path in TRACKED for folder in PurePosixPath(path).parents
}
MODULES = [path for path in TRACKED if path.endswith(".py") and path.startswith(PARTS)]
DOCS = [*PAGES, *(path for path in TRACKED if re.match(r"docs/.*\.md$", path))]


def _read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def _code(text):
    """What stands in code blocks and between backticks."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


def _drawn_folders():
    for path in TRACKED:
        for folder in PurePosixPath(path).parents:
            depth = len(folder.parts)
            if folder.parts[:1] in {("templates",), ("config",), ("docs",), ("tests",)}:
                depth -= 1 if folder.parts[:1] in {("tests",), ("docs",)} else 0
                if depth > 1 or folder.parts == ("docs", "screenshots"):
                    continue
            if depth:
                yield f"{folder}/"


def test_every_folder_is_on_the_map():
    page = _read("ARCHITECTURE.md")
    assert [
        folder
        for folder in sorted(set(_drawn_folders()))
        if f"| `{folder}` |" not in page
    ] == []


def test_every_folder_on_the_map_exists():
    drawn = re.findall(r"^\| `([^`]+/)` \|", _read("ARCHITECTURE.md"), re.MULTILINE)
    assert drawn
    assert [folder for folder in drawn if folder.rstrip("/") not in KNOWN] == []


@pytest.mark.parametrize("page", DOCS)
def test_every_path_a_page_names_exists(page):
    top = {path.split("/")[0] for path in TRACKED if "/" in path}
    named = {
        word.rstrip("/.,")
        for word in re.findall(r"[\w./-]+/[\w./-]*", _code(_read(page)))
        if word.split("/")[0] in top
    }
    assert sorted(named - KNOWN) == []


@pytest.mark.parametrize("page", DOCS)
def test_a_page_names_only_make_targets_that_exist(page):
    targets = set(re.findall(r"^([a-z-]+):.*?## ", _read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", _code(_read(page))))
    assert named - targets == set()


@pytest.mark.parametrize("page", DOCS)
def test_a_page_names_only_commands_that_exist(page):
    command = typer.main.get_command(build())
    missing = []
    for line in re.findall(
        r"(?:^|\s)parution (?!parution)([a-z][a-z -]*)", _code(_read(page))
    ):
        here = command
        for word in line.split():
            below = getattr(here, "commands", None)
            if below is None or word.startswith("-"):
                break
            if word not in below:
                missing.append(line)
                break
            here = below[word]
    assert missing == []


def test_the_glossary_is_complete():
    page = _read("ARCHITECTURE.md")
    glossary = page[page.index("## Glossary") :]
    explained = re.findall(r"^\| ([a-z ]+) \|", glossary, re.MULTILINE)
    assert explained == [word.replace("_", " ") for word in GLOSSARY.split()]


def test_no_module_has_a_banned_name():
    assert [
        path
        for path in TRACKED
        if path.endswith(".py") and set(PurePosixPath(path).stem.split("_")) & BANNED
    ] == []


@pytest.mark.parametrize("promise", ["S1", "S2", "S3", "S4", "S5", "S6", "S9"])
def test_the_map_says_where_a_promise_is_kept(promise):
    assert re.search(
        rf"^\| {promise} \|.*\| `[^`]+` \|$", _read("ARCHITECTURE.md"), re.MULTILINE
    )


@pytest.mark.parametrize("path", MODULES)
def test_every_module_says_what_it_is(path):
    if path.startswith("app/migrations/versions/"):
        return
    assert ast.get_docstring(ast.parse(_read(path)))


def test_every_half_brought_its_tables():
    homes = {module.__name__ for module in tables.HOMES}
    written = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in MODULES
        if path.endswith(("models.py", "models/__init__.py"))
    }
    assert homes == written
    rows = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    ours = {name for name in rows if name.split(".")[0] in PARTS}
    assert {name.split(".models")[0] + ".models" for name in ours} == homes
    assert tables.metadata is Base.metadata


CHANNELS = members(distributor.channels, "Channel")


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_a_channel_has_its_section_with_every_option(name):
    page = _read("docs/channels.md")
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    for option in CHANNELS[name].Options.model_fields:
        assert f"| `{option}` |" in section


def test_no_channel_is_documented_that_is_not_there():
    drawn = re.findall(r"^## (.*)$", _read("docs/channels.md"), re.MULTILINE)
    assert drawn == sorted(CHANNELS)


def test_every_format_is_named_after_its_file():
    for name, member in members(core.reporting.formats, "Format").items():
        assert member.__module__.rsplit(".", 1)[1] == name


def test_no_two_test_files_have_the_same_name():
    # Test folders are not packages, so a second file of one name would not be found.
    names = Counter(
        PurePosixPath(path).name
        for path in TRACKED
        if re.match(r"tests/.*/test_\w+\.py$", path)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_names_a_package_registry_or_a_machine():
    # Put together here, so that this file does not name them either.
    strangers = [
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "npmjs" + ".org",
        "proxy.golang" + ".org",
        "/work" + "/main",
        "/work" + "/shared",
        "/root" + "/",
        "--index" + "-url ",
        "--extra-index" + "-url",
    ]
    found = []
    for path in TRACKED:
        text = (ROOT / path).read_bytes().decode("utf-8", errors="ignore")
        found += [(path, stranger) for stranger in strangers if stranger in text]
    assert found == []


def test_every_locked_dependency_has_its_hashes():
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        wanted = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        pinned = [line for line in wanted if re.match(r"[A-Za-z0-9]", line)]
        assert pinned
        assert all("==" in line and "--hash=sha256:" in line for line in pinned)


def test_hooks_before_a_commit_come_from_this_tree_only():
    assert set(re.findall(r"repo: (\S+)", _read(".pre-commit-config.yaml"))) == {
        "local"
    }


def test_the_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_data_of_tests_that_is_json_can_be_read():
    for path in TRACKED:
        if path.startswith("tests/data/") and path.endswith(".jsonl"):
            assert all(json.loads(line) for line in _read(path).splitlines())
