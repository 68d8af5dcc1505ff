"""What came is read, or its fault is named: nothing hangs and nothing is a silent nothing."""

from typing import ClassVar

import pytest

from core.bounded import Bounded, Closed
from monitor.intake.answers import WORDS, fault_of
from monitor.intake.parsing import Parsing
from monitor.sources.base import Document, NotASource
from monitor.sources.feed import Kind as Feed
from monitor.sources.page import Kind as Page
from monitor.states import Fault

URL = "https://a.test/feed/"
OLD = "<CHANNEL><ITEM HREF='https://a.test/1'><TITLE>Old</TITLE></ITEM></CHANNEL>"
FRONT = (
    "<html lang='fr'><head><title>Le Quotidien</title>"
    "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script></head><body>"
    "<form><input type='password' name='p'></form><div class='g-recaptcha'></div>"
    + "".join(
        f"<article><h2><a href='/2026/11/24/le-ministre-visite-rabat-{n}'>Le ministre visite"
        f" Rabat et ses agences {n}</a></h2><p>{'Des mots de la dépêche. ' * 6}</p></article>"
        for n in range(20)
    )
    + "</body></html>"
)
CHALLENGES = [
    "<html><head><title>Just a moment...</title></head><body><h1>a.test</h1></body></html>",
    "<html><title>Un instant…</title><body>Vérification de votre navigateur</body></html>",
    "<html><title>لحظة من فضلك</title><body>تأكد من أنك إنسان</body></html>",
    "<html><title>a.test</title><body><script>window._cf_chl_opt={}</script></body></html>",
    "<html><body><iframe src='/_Incapsula_Resource?x'></iframe></body></html>",
    (
        "<html><head><title>403</title><script src='https://ct.captcha-delivery.com/c.js'>"
        "</script></head><body></body></html>"
    ),
]
LOGINS = [
    "<html><title>Connexion</title><form><input name=u><input type=password></form></html>",
    "<html><title>تسجيل الدخول</title><form><input type='password'></form></html>",
    '<html><title>WiFi</title><form><input class=x type="password" name=p></form></html>',
]
PARKED = [
    "<html><title>a.test</title><body>This domain is for sale.</body></html>",
    "<html><title>a.test</title><body>Ce nom de domaine est à vendre</body></html>",
    "<html><title>a.test</title><body>هذا النطاق معروض للبيع</body></html>",
    "<html><title>Account Suspended</title><body>Contact your host.</body></html>",
    "<html><title>Welcome to nginx!</title><body>It works.</body></html>",
    "<html><body><script src='https://www.sedoparking.com/x.js'></script></body></html>",
]


class Looping:
    """A kind whose parse never ends."""

    name: ClassVar[str] = "looping"

    def quick(self, document, *, options):
        return None

    def parse(self, document, *, options):
        while True:
            pass


class Wrong(Looping):
    """A kind that reads a document wrongly."""

    def parse(self, document, *, options):
        return [int(one) for one in document.body.split()]


class Surprised(Feed):
    """A kind whose quick way meets what nobody thought of; its other way reads it."""

    def quick(self, document, *, options):
        raise KeyError(document.url)

    def parse(self, document, *, options):
        return Feed().quick(document, options=options)


@pytest.fixture(scope="module")
def parsing():
    with Bounded() as bounded:
        yield Parsing(bounded=bounded, seconds=20)


def document(text):
    return Document(body=text.encode(), url=URL)


def fault(parsing, kind, text):
    with pytest.raises(NotASource) as caught:
        parsing.parse(kind, document(text), {})
    assert caught.value.to == URL
    assert caught.value.mend
    return caught.value.fault


def test_what_the_quick_way_reads_needs_no_child():
    bounded = Bounded()
    bounded.close()
    text = "<rss version='2.0'><channel><item><link>/1</link></item></channel></rss>"
    found = Parsing(bounded=bounded).parse(Feed(), document(text), {})
    assert [entry.url for entry in found.entries] == ["https://a.test/1"]


def test_what_it_cannot_read_is_read_under_the_bound(parsing):
    found = parsing.parse(Feed(), document(OLD), {})
    assert [entry.url for entry in found.entries] == ["https://a.test/1"]
    page = parsing.parse(Page(), document(FRONT), {})
    assert len(page.entries) == 20


def test_a_document_that_costs_too_much_is_hostile():
    with Bounded() as bounded:
        hasty = Parsing(bounded=bounded, seconds=0.2)
        assert fault(hasty, Looping(), "x") is Fault.HOSTILE


def test_a_document_that_is_read_wrongly_is_named_like_any_other(parsing):
    assert fault(parsing, Wrong(), "1 deux") is Fault.UNREADABLE


def test_a_surprise_in_the_quick_way_is_read_under_the_bound(parsing):
    text = "<rss version='2.0'><channel><item><link>/1</link></item></channel></rss>"
    found = parsing.parse(Surprised(), document(text), {})
    assert [entry.url for entry in found.entries] == ["https://a.test/1"]


def test_the_offices_own_end_is_no_fault_of_a_document():
    bounded = Bounded()
    bounded.close()
    with pytest.raises(Closed):
        Parsing(bounded=bounded).parse(Feed(), document(OLD), {})


@pytest.mark.parametrize("kind", [Feed(), Page()], ids=["feed", "page"])
@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (CHALLENGES, Fault.CHALLENGE),
        (LOGINS, Fault.LOGIN),
        (PARKED, Fault.PARKED),
        (["", " \n", "\0"], Fault.EMPTY),
    ],
    ids=["challenge", "login", "parked", "empty"],
)
def test_what_came_instead_is_named(parsing, kind, texts, named):
    assert {text: fault(parsing, kind, text) for text in texts} == dict.fromkeys(
        texts, named
    )


def test_an_ordinary_page_is_one_for_all_its_forms_and_scripts(parsing):
    assert fault_of(FRONT) is None
    assert fault(parsing, Feed(), FRONT) is Fault.WEB_PAGE


def test_an_article_may_speak_of_domains_for_sale():
    text = "<p>" + "Un article sur les noms. Ce domaine est à vendre. " * 60 + "</p>"
    assert fault_of(f"<html><title>Enchères</title><body>{text}</body></html>") is None


def test_each_fault_that_is_named_has_its_words():
    assert all(words.what and words.mend for words in WORDS.values())
