import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from distributor.sending.plain import plain

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Un **mot** *fort*.", "Un mot fort."),
        ("# Titre\n\nTexte", "Titre\n\nTexte"),
        ("Rue\nVille", "Rue\nVille"),
        ("- un\n- deux\n  - trois", "- un\n- deux\n  - trois"),
        ("3. un\n4. deux", "3. un\n4. deux"),
        ("> cité\n> encore", "> cité\n> encore"),
        ("|a|b|\n|-|-|\n|1|2|", "a | b\n1 | 2"),
        ("[site](https://a.test/b)", "site (https://a.test/b)"),
        ("<https://a.test/b>", "https://a.test/b"),
        ("[p@a.test](mailto:p@a.test)", "p@a.test"),
        ("![La séance](s.png)", "[La séance]"),
        ("![](s.png)", ""),
        ("`code` et\n\n    bloc", "code et\n\nbloc"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("<b>tel quel</b> &amp; 2 \\* 3", "<b>tel quel</b> & 2 * 3"),
    ],
)
def test_markdown_reads_as_words(markdown, said):
    assert plain(markdown, MARKDOWN) == said


@given(st.text(alphabet="ab *_[]()!<>|-#`\n1.&;\\", max_size=80))
def test_no_text_is_too_strange(body):
    assert isinstance(plain(body, MARKDOWN), str)
