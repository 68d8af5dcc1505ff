"""Articles leave as JSON lines; their texts only under a licence of the day (promise L6)."""

import json
from datetime import UTC, datetime

import pytest
from engines import address, home
from listening_makers import a_source
from typer.testing import CliRunner

from app.cli import build
from core.clock import SystemClock
from core.db import open_database
from core.errors import BadInput, OfficeError, Unavailable
from monitor.models import Article, Source

SEEN = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    environment = {**home(tmp_path / "data")}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return run


@pytest.fixture
def publish(run, tmp_path):
    """An article of an outlet, whose source may carry a licence."""
    run("contact", "list")
    opened = open_database(address(tmp_path / "data"))

    def make(outlet, *, text="Tout le texte.", at=SEEN, **options):
        with opened.write() as session:
            source_id = a_source(
                session,
                SystemClock(),
                outlet=outlet,
                host=f"{outlet.lower()}.test",
                path=f"/{session.query(Source).count()}",
                options=options,
            )
            place = session.query(Article).count() + 1
            session.add(
                Article(
                    outlet_id=session.get_one(Source, source_id).outlet_id,
                    url=f"https://a.test/{place}",
                    address_hash=place,
                    title=f"Titre {place}",
                    title_hash=place,
                    author="Salma Bennani",
                    language="fr",
                    published_at=at,
                    published_as="moment",
                    first_seen_at=at,
                    excerpt="Un extrait.",
                    full_text=text,
                )
            )

    yield make
    opened.close()


def exported(run, *words):
    return [json.loads(line) for line in run("article", "export", *words).splitlines()]


def test_a_licensed_text_leaves_with_its_title_author_date_and_licence(run, publish):
    publish("Alif", licence="contrat 12/2026")
    publish("Ba", licence="contrat 13/2026", licence_until="2999-12-31")
    first, second = exported(run, "--full-text")
    assert first == {
        "id": 1,
        "outlet": "Alif",
        "outlet_ar": "",
        "title": "Titre 1",
        "author": "Salma Bennani",
        "published_at": "2026-11-24T09:00:00Z",
        "published_as": "moment",
        "language": "fr",
        "url": "https://a.test/1",
        "full_text": "Tout le texte.",
        "licence": "contrat 12/2026",
        "licence_until": "",
        "notice": first["notice"],
    }
    for row in (first, second):
        assert row["outlet"] in row["notice"]
        assert row["licence"] in row["notice"]
    assert "2999-12-31" in second["notice"]


def test_a_text_without_a_licence_is_refused_by_its_outlet_s_name(
    run, publish, tmp_path
):
    publish("Alif", licence="contrat 12/2026")
    publish("Ba", licence="contrat 13/2026", licence_until="2020-12-31")
    publish("Jim")
    publish("Jim")
    out = tmp_path / "texts.jsonl"
    with pytest.raises(BadInput, match=r"Ba \(1\), Jim \(2\)\.") as refused:
        run("article", "export", "--full-text", "--out", out)
    assert "Alif" not in refused.value.what
    assert list(tmp_path.glob("texts*")) == [], "nothing is half-written"


def test_what_has_no_licence_may_be_left_out_instead(run, publish, tmp_path):
    publish("Alif", licence="contrat 12/2026")
    publish("Ba")
    out = tmp_path / "texts.jsonl"
    told = run("article", "export", "--full-text", "--licensed-only", "--out", out)
    assert told == f"1 articles were written to {out}.\n"
    (row,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert row["outlet"] == "Alif"
    assert list(tmp_path.glob("texts*")) == [out]


def test_only_what_is_asked_for_needs_a_licence(run, publish):
    publish("Ba", at=datetime(2026, 11, 1, tzinfo=UTC))
    publish("Jim", text=None)
    publish("Alif", licence="oui")
    rows = exported(run, "--full-text", "--since", "2026-11-24T00:00")
    assert [row["outlet"] for row in rows] == ["Alif"]


def test_without_texts_any_article_leaves_with_its_excerpt(run, publish):
    publish("Ba")
    (row,) = exported(run)
    assert row["excerpt"] == "Un extrait."
    assert "Tout le texte." not in json.dumps(row)


def test_what_needs_no_licence_cannot_be_limited_to_it(run):
    with pytest.raises(BadInput, match="Only full texts"):
        run("article", "export", "--licensed-only")


def test_a_folder_that_is_not_there_is_named(run, publish, tmp_path):
    with pytest.raises(Unavailable, match="cannot be written"):
        run("article", "export", "--out", tmp_path / "nowhere" / "a.jsonl")
