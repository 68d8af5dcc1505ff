"""The pages on security tell the truth: every requirement is there, and every test that is named."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
LIST = ROOT / "tests" / "data" / "security" / "asvs-5.0.0.tsv"
ROWS = re.findall(
    r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.*?) \| (.*) \|$", PAGE, re.MULTILINE
)
KINDS = ("held: ", "operator: ", "not ours: ", "not met")


def kind_of(said):
    return next(kind for kind in KINDS if said.startswith(kind)).rstrip(": ")


def test_every_requirement_of_levels_one_and_two_is_there_once_and_in_order():
    wanted = [tuple(line.split("\t")) for line in LIST.read_text().splitlines()]
    assert [(number, level) for number, level, *_ in ROWS] == wanted
    assert len(wanted) == 253


def test_no_line_is_empty_and_each_says_what_it_is():
    for number, _, about, said in ROWS:
        assert about.strip(), number
        assert said.startswith(KINDS), number
        # A kind alone is no reason.
        assert len(said) > 15, number


def test_a_line_that_is_held_names_a_test_or_where_it_is_written():
    bare = [
        number
        for number, _, _, said in ROWS
        if said.startswith("held: ") and not re.search(r"\]\(|below|`", said)
    ]
    # What the language and the libraries themselves promise.
    assert set(bare) == {"11.3.1", "11.3.2"}


def test_every_test_that_is_named_exists():
    named = re.findall(r"\[(test_\w+)(?:::(test_\w+))?\]\(\.\./(tests/[\w/.]+)\)", PAGE)
    assert len(named) > 150
    for module, function, path in named:
        assert Path(path).stem == module
        source = (ROOT / path).read_text(encoding="utf-8")
        if function:
            assert re.search(rf"^def {function}\(", source, re.MULTILINE), function


def test_the_page_counts_its_lines_rightly():
    counts = Counter(kind_of(said) for *_, said in ROWS)
    told = re.search(
        r"Of (\d+) lines, (\d+) are held, (\d+) are the operator's, (\d+) are\s+"
        r"not ours, and (\d+) are not met",
        PAGE,
    )
    assert [int(one) for one in told.groups()] == [
        len(ROWS),
        counts["held"],
        counts["operator"],
        counts["not ours"],
        counts["not met"],
    ]


def test_the_threats_name_cases_that_are_played():
    cases = (ROOT / "tests/trust/README.md").read_text(encoding="utf-8")
    named = re.findall(
        r"cases? (\d+)", (ROOT / "docs/threats.md").read_text(encoding="utf-8")
    )
    assert named
    for number in named:
        assert re.search(rf"^\| {number} \| .*test_\w+\.py", cases, re.MULTILINE)
