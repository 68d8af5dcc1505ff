"""Work that must not take a second of processor time or 50 MB: more, and it is ended."""

import resource
import signal

from monitor.sources.base import Document, NotASource

SECOND = 1.0
MOST_KB = 50 * 1024


def within_a_second(function, *args):
    """Call *function* where a second of processor time ends the process.

    Processor time, because the machine may be busy with other tests.
    """
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.setitimer(signal.ITIMER_PROF, SECOND)
    answer = function(*args)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began


def warm(kind):
    """Have all that *kind* imports late imported: that is no cost of a document."""
    for body in (
        b"<CHANNEL><ITEM HREF='http://a.test/'/></CHANNEL>",
        b"<html><a>x</a></html>",
    ):
        outcome(kind, body)


def outcome(kind, body):
    """The addresses a document gives, or the fault it has."""
    document = Document(body=body, url="https://a.test/x")
    try:
        found = kind.quick(document, options={})
        found = found or kind.parse(document, options={})
    except NotASource as error:
        return error.fault
    return [(entry.url, entry.title) for entry in found.entries]


def searched(pattern, text):
    """Use a pattern in every way a module may."""
    pattern.match(text)
    pattern.fullmatch(text)
    count = 0
    for _ in pattern.finditer(text):
        count += 1
    return count
