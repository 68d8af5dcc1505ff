"""That nobody is followed is looked at, not only said."""

import pytest

from app.legal import tracking
from core.resources import folder
from core.settings import Settings


def test_our_templates_load_and_run_nothing_of_others():
    seen = tracking.look(Settings())
    assert seen.is_off
    assert seen.amiss == ()
    assert seen.templates > 30


def test_what_a_public_page_is_made_of_is_looked_at_too():
    looked = tracking._templates(folder("templates").resolve())
    assert {
        "web/answer.html",
        "web/contact_parts.html",
        "web/event_parts.html",
        "web/newsroom_parts.html",
        "web/public.html",
        "web/static/parution.css",
        "web/static/newsroom.css",
        "email/letter.html",
        "report/blocks.html",
        "report/report.css",
    } <= set(looked)
    # Pages of the office run scripts of ours, and no visitor opens them.
    assert "web/base.html" not in looked


def test_a_part_that_follows_somebody_is_found_however_deep_it_stands(tmp_path):
    for place in ("email", "report", "web/static"):
        (tmp_path / place).mkdir(parents=True)
    for name, content in {
        "report/mail.html": "",
        "web/answer.html": '{% import "one.html" as one with context %}',
        "web/one.html": "{%- include 'two.html' %}{{ asset(\"own.css\") }}",
        # Parts may lead back to each other.
        "web/two.html": '{% from "one.html" import it %}',
        "web/static/own.css": "a { background: url(https://t.example/x) }",
        "web/other.html": "<script>followed()</script>",
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert list(tracking._templates(tmp_path.resolve())) == [
        "report/mail.html",
        "web/answer.html",
        "web/one.html",
        "web/static/own.css",
        "web/two.html",
    ]


def test_the_hash_names_these_templates():
    assert tracking.look(Settings()).digest == tracking.look(Settings()).digest
    assert len(tracking.look(Settings()).digest) == 64


def test_the_settings_are_told_as_they_are():
    seen = tracking.look(Settings.model_validate({"tracking": {"opens": True}}))
    assert (seen.opens, seen.clicks, seen.is_off) == (True, False, False)


@pytest.mark.parametrize(
    "template",
    [
        '<img src="https://t.example/p.gif" width=1>',
        "<img src=//t.example/p.gif>",
        '<link rel="stylesheet" href="https://fonts.example/a.css">',
        "<td background='http://t.example/b.png'>",
        "<style>a { background: url(https://t.example/x) }</style>",
        "@import 'https://t.example/a.css';",
        "<script>followed()</script>",
        '<iframe src="/n/fr"></iframe>',
        '<form action="https://t.example/">',
    ],
)
def test_whatever_would_follow_somebody_is_found(template):
    assert list(tracking.loaded(template))


@pytest.mark.parametrize(
    "template",
    [
        '<img src="cid:1@ministere.ma">',
        '<a href="https://lematin.test/">the article</a>',
        '<link rel="icon" href="/static/mark.svg">',
        "<style>a { color: red }</style>",
        '<form method="post" action="/p/{{ token }}">',
    ],
)
def test_links_that_people_follow_themselves_are_none(template):
    assert list(tracking.loaded(template)) == []
