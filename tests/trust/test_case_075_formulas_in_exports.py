"""Case 75: no cell we export is a formula to a spreadsheet, and every cell comes back."""

import csv
import io
import json

import pytest
from engines import home
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import build
from core import safe_cells

DANGEROUS = tuple("=+-@\t\r\n\x00＝＋－＠")
PAYLOADS = (
    "=cmd|' /C calc'!A0",
    "+212600000000",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "\x00=1+1",
    "＝1+1",
    "'=1+1",
    "  =1+1",
    "\ufeff=1+1",
)


def _cells(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_begins_like_a_formula(payload):
    out = io.StringIO(newline="")
    safe_cells.write(out, columns=["a"], rows=[{"a": payload}])
    ((_,), (cell,)) = _cells(out.getvalue())
    assert cell.startswith("'")
    assert "\x00" not in cell


@given(st.text() | st.builds(str.__add__, st.sampled_from(PAYLOADS), st.text()))
def test_every_cell_is_harmless_and_comes_back(value):
    guarded = safe_cells.guarded(value)
    assert not guarded.lstrip().startswith(DANGEROUS)
    assert safe_cells.unguarded(guarded) == value


def test_a_telephone_and_a_formula_survive_the_round_trip(tmp_path):
    def office(name):
        environment = {**home(tmp_path / name)}

        def run(*words):
            result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
            assert result.exit_code == 0, result.output
            return result.stdout

        return run

    first, second = office("first"), office("second")
    path = tmp_path / "contacts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "name", "outlet", "phone", "provenance"])
        for number, payload in enumerate(PAYLOADS):
            writer.writerow(
                [f"p{number}@x.test", payload, payload, "+212600000000", payload]
            )
    first("contact", "import", path, "--list", "n", "--keep-both")
    exported = first("contact", "export", "--list", "n")
    for row in _cells(exported):
        for cell in row:
            assert not cell.lstrip().startswith(DANGEROUS)
    again = tmp_path / "again.csv"
    again.write_text(exported, encoding="utf-8", newline="")
    second("contact", "import", again, "--list", "n", "--keep-both")
    kept, back = (
        [json.loads(line) for line in run("contact", "list", "--json").splitlines()]
        for run in (first, second)
    )
    # Numbers are an office's own.
    assert [one | {"id": 0} for one in back] == [one | {"id": 0} for one in kept]
    assert {row["phone"] for row in back} == {"+212600000000"}
