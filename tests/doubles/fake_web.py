"""A web that answers from a table, at once and without a network."""

from itertools import islice

from core.errors import FetchFailed, FetchRefused, Unreachable
from core.web import Answer, Ask, Fetched


def answer(url, body=b"", *, status=200, headers=None, hops=()):
    """A whole answer, with as little said as needed."""
    body = body.encode() if isinstance(body, str) else body
    return Fetched(url=url, status=status, headers=headers or {}, body=body, hops=hops)


class FakeWeb:
    """Plays core.web.Web.

    *answers* holds for each address a Fetched, an error, a body (bytes or str), a function
    of the Ask that gives one of these, or a list of them for one ask after the other (the
    last one stays). An address it does not know is unreachable. `asked` is every Ask, in
    order; `most` is how many answers one batch of `each` holds.
    """

    def __init__(self, answers=None, *, named_sitemaps=None, most=10):
        self.answers = dict(answers or {})
        self.named_sitemaps = dict(named_sitemaps or {})
        self.most = most
        self.asked = []
        self.closed = False

    @property
    def urls(self):
        return [ask.url for ask in self.asked]

    def get(self, url, *, headers=None, robots=True):
        return self._one(Ask(url=url, headers=headers or {}, robots=robots))

    def post(self, url, *, body, content_type, headers=None):
        said = {**(headers or {}), "Content-Type": content_type}
        return self._one(Ask(url=url, headers=said, robots=False, content=body))

    def _one(self, ask):
        given = self._answer(ask)
        if given.error is not None:
            raise given.error
        return given.fetched

    def each(self, asks):
        asks = iter(asks)
        while batch := [self._answer(ask) for ask in islice(asks, self.most)]:
            yield batch

    def sitemaps(self, url):
        return tuple(self.named_sitemaps.get(url, ()))

    def close(self):
        self.closed = True

    def _answer(self, ask):
        self.asked.append(ask)
        found = self.answers.get(ask.url)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            found = found(ask)
        if found is None:
            found = Unreachable(
                "The site does not answer.",
                to=ask.url,
                mend="It is asked again at the next poll.",
            )
        if isinstance(found, FetchRefused | FetchFailed):
            return Answer(ask=ask, error=found)
        if not isinstance(found, Fetched):
            found = answer(ask.url, found)
        return Answer(ask=ask, fetched=found)
