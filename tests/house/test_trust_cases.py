"""The list of the hundred cases of trust names what there is, and leaves none out."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "trust"
ROWS = re.findall(
    r"^\| (\d+) \| (.+?) \| (.+) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE
)
NAMED = {path for _, _, played in ROWS for path in re.findall(r"\]\(([^)]+)\)", played)}


def test_each_of_the_hundred_cases_is_listed_once():
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 101))


def test_every_file_that_plays_a_case_is_there():
    assert [path for path in sorted(NAMED) if not (FOLDER / path).exists()] == []


def test_every_test_of_a_case_is_in_the_list():
    there = {path.name for path in FOLDER.glob("test_case_*.py")}
    assert there - NAMED == set()


def test_a_case_is_played_by_a_test_of_its_own_number_where_there_is_one():
    for number, _, played in ROWS:
        own = {path.name for path in FOLDER.glob(f"test_case_{int(number):03}_*.py")}
        assert own <= set(re.findall(r"\]\(([^)]+)\)", played)), number
