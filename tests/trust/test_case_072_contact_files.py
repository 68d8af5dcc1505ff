"""Case 72: contact files of every kind: the preview is exact, and undoing is byte-same."""

import csv
import io
import json
import resource
from datetime import timedelta
from itertools import product

import pytest
import xlsxwriter
from engines import home
from sqlalchemy import select
from typer.testing import CliRunner
from workbook_makers import a_spreadsheet, ods_row

from app.cli import build
from core.errors import BadInput, OfficeError
from distributor.contacts import batches, images, importing
from distributor.models import Contact

PEOPLE = [
    ("Aïcha Benaïssa, rédactrice", "aicha@presse.test", "Fès; Meknès"),
    ("François Lefèvre dit « Le Long »", "francois@presse.test", 'Le "Soir"'),
    ("Noël Château-Thierry à Témara", "noel@presse.test", "L'Été déjà"),
]
ARABIC = [
    ("سعيد الإدريسي رئيس التحرير", "said@presse.test", "جريدة صدى الأطلس"),
    ("نادية العلمي، صحفية بالرباط", "nadia@presse.test", "الصباح والمساء"),
    ("يوسف برادة مدير النشر", "youssef@presse.test", "وكالة المغرب العربي للأنباء"),
]


def _csv(people, separator):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["Nom", "Courriel", "Média"])
    writer.writerows(people)
    return out.getvalue()


@pytest.mark.parametrize(
    ("people", "encoding", "separator"),
    [
        *product(
            [PEOPLE], ["utf-8", "utf-8-sig", "windows-1252", "utf-16"], [";", ",", "\t"]
        ),
        *product(
            [ARABIC], ["utf-8", "utf-8-sig", "windows-1256", "utf-16"], [";", ",", "\t"]
        ),
    ],
)
def test_letters_and_separators_are_found(tmp_path, people, encoding, separator):
    path = tmp_path / "presse.csv"
    path.write_bytes(_csv(people, separator).encode(encoding))
    rows = importing.read(path).rows
    assert [(row.name, row.address, row.outlet) for row in rows] == people


def test_an_opendocument_sheet_is_read_like_the_others(tmp_path):
    rows = ods_row("Nom", "البريد الإلكتروني") + "".join(
        ods_row(name, address) for name, address, _ in ARABIC
    )
    read = importing.read(a_spreadsheet(tmp_path, rows))
    assert [(row.line, row.name) for row in read.rows] == [
        (number, name) for number, (name, _, _) in enumerate(ARABIC, start=2)
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_fifty_thousand_rows_fit_into_memory(tmp_path, kind):
    path = tmp_path / f"large.{kind}"
    lines = (
        [f"p{number}@presse{number % 700}.test", f"Personne {number}", "fr", "ville"]
        for number in range(50_000)
    )
    titles = ["email", "name", "languages", "beats"]
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([titles, *lines])
    else:
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate([titles, *lines]):
                sheet.write_row(number, 0, line)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(importing.read(path).rows) == 50_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


FIRST = """Courriel;Nom;Média;Tél
nadia@presse.test;Nadia Alami;Le Matin;+212600000001
said@presse.test;Saïd;Atlas;+212600000002
hind@presse.test;Hind;Radio;
"""
SECOND = """Courriel;Nom;Média;Tél
NADIA@presse.test;Nadia Alami;Le Matin;+212600000001

said@presse.test;Saïd;Autre journal;
neuf@presse.test;Neuf;;
hind.2@presse.test;HIND;radio;
bad;Personne;;
neuf@presse.test;Neuve;;
nadia@presse.test;;;
"""
MENDED = "good@presse.test"


@pytest.fixture
def parution(tmp_path):
    environment = {**home(tmp_path / "data")}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            return result.exception, _objects(result.stdout)
        assert result.exit_code == 0, result.output
        return None, _objects(result.stdout)

    return run


def _objects(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def _contacts(parution):
    return {row["email"]: row for row in parution("contact", "list", "--json")[1]}


def _file(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_preview_is_exact_and_a_wrong_file_writes_nothing(tmp_path, parution):
    words = ["contact", "import", "--list", "presse", "--json"]
    parution(*words, _file(tmp_path, "first.csv", FIRST))
    before = _contacts(parution)
    second = _file(tmp_path, "second.csv", SECOND)
    error, preview = parution(*words, second, "--dry-run")
    assert isinstance(error, BadInput)
    assert [(row["line"], row["status"]) for row in preview] == [
        (2, "same"),
        (4, "changed"),
        (5, "new"),
        (6, "conflict"),
        (7, "rejected"),
        (8, "conflict"),
        (9, "same"),
    ]
    assert preview[1]["changes"] == {
        "outlet": {"before": "Atlas", "after": "Autre journal"}
    }
    assert "hind@presse.test" in preview[3]["what"]
    assert (preview[4]["field"], bool(preview[4]["mend"])) == ("email", True)
    assert "line 5, with another name" in preview[5]["what"]
    assert parution(*words, second)[0] is not None
    assert _contacts(parution) == before


def test_the_error_file_gives_line_and_reason_and_is_imported_once_mended(
    tmp_path, parution
):
    words = ["contact", "import", "--list", "presse", "--json"]
    parution(*words, _file(tmp_path, "first.csv", FIRST))
    errors = tmp_path / "errors.csv"
    second = _file(tmp_path, "second.csv", SECOND)
    _, (counts,) = parution(*words, second, "--skip-rejected", "--errors", errors)
    assert (counts["new"], counts["changed"], counts["same"]) == (1, 1, 1)
    assert counts["rejected"] == 3
    with errors.open(encoding="utf-8-sig", newline="") as file:
        wrong = list(csv.DictReader(file))
    assert sorted(int(row["line"]) for row in wrong) == [6, 7, 8]
    assert all(row["reason"] for row in wrong)
    text = errors.read_text(encoding="utf-8-sig")
    keep = [line for line in text.splitlines() if not line.startswith(("neuf", "hind"))]
    mended = _file(
        tmp_path, "mended.csv", "\n".join(keep).replace("\nbad,", f"\n{MENDED},")
    )
    _, (counts,) = parution(*words, mended)
    assert (counts["new"], counts["ignored"]) == (1, [])
    assert _contacts(parution)[MENDED]["name"] == "Personne"


def test_undoing_restores_byte_same_contacts(tmp_path, each_database, clock):
    def everyone(session):
        ids = session.scalars(select(Contact.id).order_by(Contact.id)).all()
        return json.dumps(images.of(session, ids, with_answers=True), sort_keys=True)

    with each_database.write() as session:
        rows = importing.read(_file(tmp_path, "first.csv", FIRST)).rows
        importing.store(session, rows, list_name="presse", now=clock.now())
        before = everyone(session)
    clock.wait(timedelta(hours=5))
    with each_database.write() as session:
        rows = importing.read(_file(tmp_path, "second.csv", SECOND)).rows
        stored = importing.store(session, rows, list_name="autre", now=clock.now())
        assert everyone(session) != before
    with each_database.write() as session:
        batches.undo(session, stored.batch, now=clock.now())
    with each_database.read() as session:
        assert everyone(session) == before
