"""Detection reads files strictly and writes lines."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from app.cli.detect import commands
from core.errors import BadInput
from monitor.detect import detect, read_articles, read_releases
from monitor.matching.values import ArticleText

RELEASE = {
    "id": "r1",
    "issuer": "Office des parcs",
    "published": "2025-03-10T10:00:00+00:00",
    "event": "2025-03-17",
    "versions": {
        "fr": {
            "title": "Mille cèdres pour le Moyen Atlas",
            "paragraphs": [
                (
                    "L'office plantera lundi mille cèdres sur les pentes brûlées l'été dernier, "
                    "avec les écoles de quatre communes et une centaine de volontaires."
                )
            ],
        }
    },
}
ARTICLE = {
    "id": "a1",
    "title": "Des cèdres",
    "body": RELEASE["versions"]["fr"]["paragraphs"][0],
    "published": "2025-03-11T08:00:00+00:00",
    "labels": {"r1": "unrelated"},
    "anything": [1, 2],
}


@pytest.fixture
def written(tmp_path):
    def write(*rows, name="rows.jsonl"):
        path = tmp_path / name
        path.write_text(
            "".join(
                (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False))
                + "\n"
                for row in rows
            ),
            "utf-8",
        )
        return path

    return write


def test_optional_fields_may_be_missing_and_unknown_ones_are_ignored(written):
    releases = read_releases(written(RELEASE))
    articles = read_articles(written(ARTICLE))
    [line] = detect(releases, articles)
    assert line["label"] == "reprint"
    assert line["passages"] == [[0, len(ARTICLE["body"]) - 1]]
    assert line["cluster_id"] is None
    assert line["reasons"][0]["code"] == "share-of-article"


def test_copies_share_a_cluster_id(written):
    copy = ARTICLE | {"id": "a2", "published": "2025-03-11T09:00:00+00:00"}
    lines = list(
        detect(read_releases(written(RELEASE)), read_articles(written(ARTICLE, copy)))
    )
    assert {line["cluster_id"] for line in lines} == {"a1"}


def without(row, name):
    return {key: value for key, value in row.items() if key != name}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ARTICLE, "{not json"], "line 2: this is not JSON"),
        ([[1, 2]], "line 1: this is not a JSON object"),
        ([without(ARTICLE, "body")], "line 1: the field body is missing"),
        ([ARTICLE | {"title": 12}], "line 1: the field title is not text"),
        (
            [ARTICLE | {"published": "hier"}],
            "line 1: the field published is not a time",
        ),
        ([ARTICLE, ARTICLE], "line 2: the field id stands twice: a1"),
    ],
)
def test_a_bad_article_is_named_by_file_line_and_field(written, rows, words):
    path = written(*rows)
    with pytest.raises(BadInput) as raised:
        list(read_articles(path))
    assert f"{path}, {words}" in str(raised.value)
    assert raised.value.mend


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (RELEASE | {"versions": []}, "versions is not an object"),
        (RELEASE | {"versions": {}}, "versions holds no language"),
        (RELEASE | {"versions": {"fr": "x"}}, "versions.fr is not an object"),
        (RELEASE | {"versions": {"fr": {"title": "x"}}}, "versions.fr.paragraphs"),
        (RELEASE | {"event": "bientôt"}, "event is not a day"),
        (RELEASE | {"event": "2025-03-17/2025-03-10"}, "event is no span of days"),
    ],
)
def test_a_bad_release_is_named_by_its_field(written, row, words):
    with pytest.raises(BadInput, match=words):
        read_releases(written(row))


def test_a_missing_file_and_a_wrong_encoding_are_named(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_articles(tmp_path / "none.jsonl"))
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        list(read_articles(latin))


def test_the_command_prints_nothing_when_a_line_is_bad(written):
    releases = written(RELEASE, name="releases.jsonl")
    articles = written(ARTICLE, "{", name="articles.jsonl")
    found = CliRunner().invoke(
        commands, ["--releases", str(releases), "--articles", str(articles)]
    )
    assert isinstance(found.exception, BadInput)
    assert found.stdout == ""


def test_the_command_prints_one_object_a_line(written):
    releases = written(RELEASE, name="releases.jsonl")
    articles = written(ARTICLE, name="articles.jsonl")
    found = CliRunner().invoke(
        commands, ["--releases", str(releases), "--articles", str(articles)]
    )
    [line] = found.stdout.splitlines()
    assert json.loads(line)["release_id"] == "r1"


def test_articles_may_come_on_standard_input_and_give_the_same_lines(written):
    releases = written(RELEASE, name="releases.jsonl")
    articles = written(ARTICLE, name="articles.jsonl")
    asked = ["--releases", str(releases), "--articles"]
    from_file = CliRunner().invoke(commands, [*asked, str(articles)])
    piped = CliRunner().invoke(commands, [*asked, "-"], input=articles.read_bytes())
    assert piped.exit_code == 0
    assert piped.stdout == from_file.stdout != ""


def test_what_is_wrong_on_standard_input_is_named_by_its_line(written):
    releases = written(RELEASE, name="releases.jsonl")
    found = CliRunner().invoke(
        commands, ["--releases", str(releases), "--articles", "-"], input="{}"
    )
    assert isinstance(found.exception, BadInput)
    assert "standard input, line 1: the field id is missing" in str(found.exception)


def test_of_many_articles_one_is_held_at_a_time(written):
    """They are read twice, from the file, and never gathered."""
    opened = []

    class Watched:
        def __iter__(self):
            opened.append(True)
            for number in range(50):
                yield an_article(number)

    lines = list(detect(read_releases(written(RELEASE)), Watched()))
    assert len(opened) == 2
    assert len(lines) == 50


def an_article(number):
    return ArticleText(
        id=f"a{number}",
        title="Des cèdres",
        body=f"{ARTICLE['body']} Numéro {number}.",
        published_at=datetime(2025, 3, 11, 8, tzinfo=UTC),
    )
