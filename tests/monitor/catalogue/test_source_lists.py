"""Lists of outlets from files: TOML, OPML and tab-separated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.models import Outlet
from monitor.catalogue import KINDS, add_source, exporting, opml, written
from monitor.catalogue.importing import store
from monitor.catalogue.listed import ListedOutlet, ListedSource, OutletKind
from monitor.catalogue.reading import parsed, read_list
from monitor.catalogue.regions import REGIONS
from monitor.models import Source

TEXTS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=30
).map(lambda text: " ".join(text.split()))
ADDRESSES = st.builds(
    "https://{}.test/{}".format,
    st.sampled_from(["a", "b", "fr.c", "xn--4gbrim"]),
    st.text("abc?&='%-/é\"<", max_size=20),
)
OPTIONS = st.dictionaries(
    st.sampled_from(["section", "selector", "paused"]), TEXTS.filter(bool), max_size=3
)
SOURCES = st.builds(
    ListedSource,
    kind=st.sampled_from(["feed", "sitemap", "page"]),
    url=ADDRESSES,
    options=OPTIONS,
)
OUTLETS = st.builds(
    ListedOutlet,
    name=TEXTS.filter(bool),
    name_ar=TEXTS,
    language=st.sampled_from(["", "fr", "ar", "zgh"]),
    kind=st.sampled_from(["", *OutletKind]),
    region=st.sampled_from(["", "FR", *REGIONS]),
    homepage=st.one_of(st.just(""), ADDRESSES),
    tier=st.sampled_from([1, 2, 3]),
    known=TEXTS,
    sources=st.lists(SOURCES, max_size=3).map(tuple),
)
LISTS = st.lists(OUTLETS, max_size=4, unique_by=lambda one: one.name).map(tuple)


@given(LISTS)
def test_a_list_written_in_toml_comes_back_the_same(listed):
    assert parsed("a.toml", written.write(listed).encode(), written.read) == listed


@given(LISTS)
def test_a_list_written_in_opml_comes_back_the_same(listed):
    assert parsed("a.opml", opml.write(listed).encode(), opml.read) == listed


def test_what_the_office_agreed_with_an_outlet_stays_out_of_opml():
    source = ListedSource(
        kind="feed",
        url="https://a.test/",
        options={"licence": "agreed", "robots_agreement": "agreed", "section": "Une"},
    )
    listed = (ListedOutlet(name="A", sources=(source,)),)
    said = opml.write(listed)
    assert "agreed" not in said
    forged = said.replace('text="A"', 'text="A" parution:robots_agreement="agreed"')
    (one,) = parsed("a.opml", forged.encode(), opml.read)
    assert one.sources[0].options == {"section": "Une"}


def test_opml_of_other_readers_is_read_with_its_folders(tmp_path):
    path = tmp_path / "list.opml"
    path.write_text(
        "<opml><body><outline text='Presse'><outline text='Éco/Finance'>"
        "<outline text='A&amp;B' language='fr-FR' xmlUrl='https://a.test/feed'"
        " htmlUrl='https://a.test/'/></outline></outline>"
        "<outline title='C' category='/Sport,/x' xmlUrl='https://c.test/'/>"
        "<outline text='a note'/><outline type='link' text='no' url='https://n.test/'/>"
        "</body></opml>",
        encoding="utf-8",
    )
    first, second = read_list(path)
    assert (first.name, first.language, first.homepage) == (
        "A&B",
        "fr",
        "https://a.test/",
    )
    assert first.sources[0].options == {"folder": "Presse/Éco-Finance"}
    assert (second.name, second.sources[0].options) == ("C", {"folder": "Sport"})


def test_free_words_for_kinds_are_understood_in_columns(tmp_path):
    path = tmp_path / "list.tsv"
    path.write_text(
        "name\tkind\tfeed_url\nA\teconomic daily\thttps://a.test/\n"
        "A\t\thttps://a.test/sitemap.xml\nB\tsport\thttps://b.test/\nC\tonline\t\n",
        encoding="utf-8",
    )
    first, second = read_list(path)
    assert (first.kind, second.kind) == ("daily", "specialised")
    assert [one.kind for one in first.sources] == ["feed", "sitemap"]


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("list.opml", b"<opml>\n<body", "line 2"),
        ("list.opml", b"<opml>\n<outline xmlUrl='javascript:x'/></opml>", "line 2"),
        ("list.opml", b"\n<rss/>", "line 2: .*not OPML"),
        ("list.opml", b"<!DOCTYPE o [<!ENTITY x 'y'>]><opml/>", "entities"),
        (
            "list.opml",
            "<!DOCTYPE o [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml/>".encode(
                "utf-16"
            ),
            "entities",
        ),
        ("list.opml", b"<opml>" + b" " * 5_242_880 + b"</opml>", "larger than 5 MB"),
        (
            "list.opml",
            (
                b"<opml xmlns:p='urn:parution:outlets:1'>\n<outline text='A' p:tier='x'"
                b" xmlUrl='https://a.test/'/></opml>"
            ),
            "line 2, tier",
        ),
        (
            "list.opml",
            (
                b"<opml xmlns:p='urn:parution:outlets:1'>\n<outline text='A' p:kind='x'"
                b" xmlUrl='https://a.test/'/></opml>"
            ),
            "line 2, kind",
        ),
        ("list.tsv", b"title\turl\n", "line 1"),
        ("list.tsv", b"\xff\xfe", "UTF-8"),
        ("list.tsv", b"name\tfeed_url\nA\thttps://a.test/\nB\tftp://x/\n", "line 3"),
        ("list.toml", b"\n[[outlet]\n", "line 2"),
        ("list.toml", b"\xff", "UTF-8"),
        ("list.toml", b"x = 1\n", "something else"),
        ("list.toml", b"[[outlet]]\nnom = 'A'\n", "line 2, nom"),
        ("list.toml", b"\n\n[[outlet]]\nlanguage = 'fr'\n", "line 3, name"),
        ("list.toml", b"[[outlet]]\nname = 3\n", "line 2, name"),
        ("list.toml", b"[[outlet]]\nname='A'\ntier = 'x'\n", "line 3, tier"),
        ("list.toml", b"[[outlet]]\nname='A'\ntier = 4\n", "line 1, tier"),
        ("list.toml", b"[[outlet]]\nname='A'\nregion='Souss'\n", "line 1, region"),
        ("list.toml", b"[[outlet]]\nname='A'\nlanguage='French'\n", "language"),
        ("list.toml", b"[[outlet]]\nname='A'\n[[outlet]]\nname='A'\n", "line 3, name"),
        ("list.toml", b"[[outlet]]\nname='A'\nsources='x'\n", "line 3, sources"),
        ("list.toml", "[[outlet]]\nname='A\u202eB'\n".encode(), "line 1, name"),
        (
            "list.toml",
            (
                b"[[outlet]]\nname='A'\nsources = [\n  {url = 'https://a.test/'},\n"
                b"  {url = 'file:///etc/passwd'},\n]\n"
            ),
            "line 5, url",
        ),
        (
            "list.toml",
            b"[[outlet]]\nname='A'\nsources = [{url = 'https://a.test/', colour = ''}]\n",
            "line 3.*'colour'",
        ),
        ("list.doc", b"", "neither TOML"),
        ("none.toml", None, "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path, name, content, named):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=named) as refused:
        read_list(path)
    assert refused.value.mend
    assert refused.value.to


def test_the_starter_list_holds_a_hundred_outlets_in_order():
    listed = read_list(_starter())
    sources = [source for one in listed for source in one.sources]
    # 118 were listed; four of them are sections of another.
    assert len(listed) == 114
    assert len(listed) + sum(max(0, len(one.sources) - 1) for one in listed) == 118
    assert len({one.name for one in listed}) == len(listed)
    assert len({source.url for source in sources}) == len(sources)
    assert {source.kind for source in sources} <= set(KINDS)
    for one in listed:
        assert one.language in {"fr", "ar", "en"}, one
        assert one.kind, one
        assert one.homepage, one
        assert one.sources or one.known, one
        assert _is_arabic(one.name_ar), one
    assert not {"sahara-question.com", "lesoir-echos.com", "www.middleeasteye.net"} & {
        source.url.split("/")[2] for source in sources
    }


def _starter():
    from pathlib import Path  # noqa: PLC0415 - the word must not name a file here

    return Path("starter")


def _is_arabic(name):
    letters = [sign for sign in name if sign.isalpha()]
    return bool(letters) and all("\u0600" <= sign <= "\u06ff" for sign in letters)


def test_importing_again_adds_nothing(each_database, clock):
    listed = read_list(_starter())
    for round_number in range(2):
        with each_database.write() as session:
            done = store(session, listed, now=clock.now())
        assert done.outlets == (0 if round_number else 114)
        assert done.sources == (0 if round_number else 108)
        assert len(done.left) == (108 if round_number else 0)
    with each_database.read() as session:
        assert session.query(Source).filter_by(domain="hespress.com").count() == 6
        back = exporting.listed(session)
    assert sorted(back, key=lambda one: one.name) == sorted(
        listed, key=lambda one: one.name
    )


def test_an_outlet_is_known_by_its_home_page(database, clock):
    with database.write() as session:
        session.add(
            Outlet(name="Le Quotidien", language="fr", homepage="https://www.q.test/")
        )
        session.add(Outlet(name="Une chaîne", homepage="https://www.youtube.com/a"))
    listed = [
        _listed("Le Quotidien - Politique", "https://q.test/p", language="fr"),
        _listed("الجريدة", "https://q.test/ar", language="ar"),
        _listed("Une autre chaîne", "https://www.youtube.com/b"),
    ]
    with database.write() as session:
        done = store(session, listed, now=clock.now())
    assert done.known_outlets == 1
    with database.read() as session:
        names = {row.name for row in session.query(Outlet)}
        found = session.query(Source).filter_by(url="https://q.test/p/feed").one()
        assert found.outlet.name == "Le Quotidien"
    assert names == {"Le Quotidien", "Une chaîne", "الجريدة", "Une autre chaîne"}


def _listed(name, homepage, language=""):
    return ListedOutlet(
        name=name,
        homepage=homepage,
        language=language,
        sources=(ListedSource(kind="feed", url=f"{homepage}/feed"),),
    )


def test_a_source_is_added_once(database, clock):
    with database.write() as session:
        made = add_source(
            session,
            outlet_name="A",
            kind="feed",
            url="https://fr.a.test/",
            now=clock.now(),
        )
        assert made.domain == "a.test"
        with pytest.raises(BadInput, match="already"):
            add_source(
                session,
                outlet_name="B",
                kind="feed",
                url="https://fr.a.test/",
                now=clock.now(),
            )


@pytest.mark.parametrize(
    ("kind", "url", "named"),
    [
        ("gopher", "https://a.test/", "kinds are"),
        ("feed", "a.test", "http and https"),
        ("feed", "https://a.test/" + "a" * 2000, "longer"),
    ],
)
def test_a_source_that_can_never_be_read_is_refused(database, clock, kind, url, named):
    with database.write() as session, pytest.raises(BadInput, match=named):
        add_source(session, outlet_name="A", kind=kind, url=url, now=clock.now())
