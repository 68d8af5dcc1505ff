"""By-lines of covering articles and the contacts they may name: found, kept, decided.

article covers a release -> its by-line -> contacts (monitor.matching.authors) -> Byline rows

What people decided stays and is remembered: the same name at the same outlet needs no
question again. Finding twice keeps nothing twice, so any worker may look at any time.
"""

from monitor.authors.finding import Authors, nobody
from monitor.authors.keeping import (
    BylineLine,
    decide,
    forget,
    join,
    named,
    of_articles,
    of_contacts,
)

__all__ = [
    "Authors",
    "BylineLine",
    "decide",
    "forget",
    "join",
    "named",
    "nobody",
    "of_articles",
    "of_contacts",
]
