"""Lists of sources from files."""

import pytest

from core.errors import BadInput
from core.resources import folder
from monitor.catalogue import add_source, read_list


def test_the_starter_list_can_be_imported(database, clock):
    listed = read_list(folder("config") / "starter" / "outlets.tsv")
    assert len(listed) > 50
    with database.write() as session:
        for url, one in {one.url: one for one in listed}.items():
            assert add_source(
                session,
                outlet_name=one.outlet,
                kind=one.kind,
                url=url,
                now=clock.now(),
            ).id


def test_opml_is_read_without_its_entities(tmp_path):
    path = tmp_path / "list.opml"
    path.write_text(
        "<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><opml><body>"
        "<outline text='A&amp;B' xmlUrl='https://a.test/feed'/><outline text='empty'/>"
        "</body></opml>",
        encoding="utf-8",
    )
    (one,) = read_list(path)
    assert (one.outlet, one.url) == ("A&B", "https://a.test/feed")


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("list.opml", b"<opml>\n<body", "line 2"),
        ("list.tsv", b"title\turl\n", "line 1"),
        ("list.tsv", b"\xff\xfe", "UTF-8"),
        ("list.tsv", b"name\tfeed_url\nA\thttps://a.test/\nB\tftp://x/\n", "line 3"),
        ("list.opml", b"<opml>\n<outline xmlUrl='javascript:x'/></opml>", "line 2"),
        ("list.doc", b"", "neither OPML"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path, name, content, named):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=named) as refused:
        read_list(path)
    assert refused.value.mend


def test_a_source_is_added_once(database, clock):
    with database.write() as session:
        add_source(
            session,
            outlet_name="A",
            kind="feed",
            url="https://a.test/",
            now=clock.now(),
        )
        with pytest.raises(BadInput, match="already"):
            add_source(
                session,
                outlet_name="B",
                kind="feed",
                url="https://a.test/",
                now=clock.now(),
            )


@pytest.mark.parametrize(
    ("kind", "url", "named"),
    [("gopher", "https://a.test/", "kinds are"), ("feed", "a.test", "http and https")],
)
def test_a_source_that_can_never_be_read_is_refused(database, clock, kind, url, named):
    with database.write() as session, pytest.raises(BadInput, match=named):
        add_source(session, outlet_name="A", kind=kind, url=url, now=clock.now())
