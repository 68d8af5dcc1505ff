"""A page of Markdown becomes HTML: anchors, links where they lead, nothing of its own HTML."""

from app.web.pages_of_help import addresses_of, headings_of, render


def rendered(text, **leads):
    return render(text, leads=lambda address: leads.get(address.partition(".")[0]))


def test_the_title_stands_apart_and_headings_can_be_linked_to():
    page = rendered("# Aide\n\n## Qui rédige ?\n\nx\n\n## `07:45`, **là**\n")
    assert page.title == "Aide"
    assert "<h1" not in page.body
    assert [one.anchor for one in page.headings] == ["qui-rédige-", "0745-là"]
    assert '<h2 id="0745-là">' in page.body


def test_two_headings_of_one_name_are_told_apart():
    assert [one.anchor for one in headings_of("## a\n\n## a\n\n### A\n")] == [
        "a",
        "a-1",
        "a-2",
    ]


def test_a_link_leads_where_it_is_told_or_is_only_its_words():
    page = rendered("[here](here.md) and [there](there.md)", here="/help/here")
    assert '<a href="/help/here">here</a>' in page.body
    assert "<a>there</a>" in page.body


def test_a_picture_that_is_not_there_is_left_out():
    assert "<img" not in rendered("![a](a.webp)").body
    assert '<img src="b" alt="a"' in rendered("![a](a.webp)", a="b").body


def test_html_of_a_page_is_shown_and_not_passed_on():
    page = rendered("<script>x</script> & <b>y</b>\n\n| `<i>` |\n|---|\n| z |\n")
    assert "<script" not in page.body
    assert "&lt;script&gt;" in page.body
    assert "<td>z</td>" in page.body


def test_every_address_of_a_page_is_told():
    text = "[a](a.md#b) ![c](c.webp)\n\n- [d](<d e.md>)\n\n| [f](f) |\n|---|\n"
    assert list(addresses_of(text)) == ["a.md#b", "c.webp", "d%20e.md", "f"]
