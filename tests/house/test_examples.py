"""The worked examples of docs/extending.md, put in place as it says, keep every contract."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PLACES = {
    "textfile.py": "distributor/channels",
    "jsonlines.py": "monitor/sources",
    "text.py": "core/reporting/formats",
    "ministry.jsonl": "tests/data/sources/jsonlines",
    "ministry.jsonl.expected.json": "tests/data/sources/jsonlines",
}
COPIED = (
    "app",
    "core",
    "distributor",
    "monitor",
    "templates",
    "config",
    "docs/channels.md",
    "pyproject.toml",
    "tests",
)
# The members of the examples among all that the contracts run on, and what counts them.
OURS = (
    "textfile] or [jsonlines or jsonlines] or [text] or [text- or -text- or -text] or every_kind_has"
    " or each_kind_has or documented_that_is_not_there or named_after_its_file"
)
_INSERTION = re.compile(
    r'^```\w+ into (\S+) (?:below "([^"]+)"|at its end)\n(.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The source with the three examples in it, and with what the page says to add."""
    made = tmp_path_factory.mktemp("tree")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *COPIED],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for path in filter(None, listed.split("\0")):
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, made / path)
    for name, place in PLACES.items():
        (made / place).mkdir(exist_ok=True)
        shutil.copyfile(EXAMPLES / name, made / place / name)
    for path, mark, text in insertions():
        insert(made / path, mark, text)
    for command in (("init", "-q"), ("add", "-A")):
        subprocess.run(["git", *command], cwd=made, check=True)
    return made


def insertions():
    return _INSERTION.findall((ROOT / "docs/extending.md").read_text())


def insert(path, mark, text):
    """Below the first line that ends with *mark*; without one at the end."""
    lines = path.read_text().splitlines(keepends=True)
    ends = [
        number for number, one in enumerate(lines, 1) if one.rstrip().endswith(mark)
    ]
    place = ends[0] if mark else len(lines)
    lines[place:place] = [text if mark else f"\n{text}"]
    path.write_text("".join(lines))


def run(tree, *command, **settings):
    given = {"PYTHONPATH": tree, **settings}
    return subprocess.run(
        [
            "env",
            *(f"{name}={value}" for name, value in given.items()),
            sys.executable,
            *command,
        ],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_the_page_inserts_what_it_shows():
    assert len(insertions()) == 5


def test_the_examples_keep_every_contract(tree):
    done = run(
        tree,
        *("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-k", OURS),
        "tests/contract/test_channels.py",
        "tests/contract/test_sources.py",
        "tests/contract/test_source_documents.py",
        "tests/core/test_formats.py",
        "tests/house/test_map.py",
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed >= 50, done.stdout[-1000:]


def test_an_office_offers_them_at_once(tree, tmp_path):
    doctor = run(
        tree,
        *("-m", "app.cli", "doctor"),
        PARUTION_DATA_DIR=tmp_path / "office",
        PARUTION_CHANNELS__TEXTFILE__FOLDER=tmp_path / "texts",
    )
    assert (doctor.returncode, "textfile" in doctor.stdout) == (0, True), doctor.stderr
    report = run(
        tree,
        *(
            "-m",
            "app.cli",
            "report",
            "review",
            "--date",
            "2026-11-24",
            "--format",
            "text",
        ),
        PARUTION_DATA_DIR=tmp_path / "office",
    )
    assert report.returncode == 0, report.stderr
    assert "2026" in report.stdout


def test_the_examples_are_written_as_the_house_writes(tree):
    files = [
        f"{place}/{name}" for name, place in PLACES.items() if name.endswith(".py")
    ]
    done = run(tree, "-m", "ruff", "check", "--no-cache", *files)
    assert done.returncode == 0, done.stdout
