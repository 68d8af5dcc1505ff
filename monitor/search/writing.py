"""Looks in the writings of FTS5 and of PostgreSQL's tsquery.

Words hold letters, digits and our marks, so that quoting them is enough.
"""

from itertools import pairwise, product

from monitor.search.looks import Close, Every, Look, Run, Some, Without
from monitor.search.words import pair


def fts5(look: Look) -> str:
    match look:
        case Run():
            return _fts5_run(look)
        case Close():
            return " OR ".join(
                f"NEAR({_fts5_run(one)} {_fts5_run(other)}, {look.distance})"
                for one, other in product(look.first, look.second)
            )
        case Every():
            wanted = [one for one in look.looks if not isinstance(one, Without)]
            absent = [one.look for one in look.looks if isinstance(one, Without)]
            said = " AND ".join(f"({fts5(one)})" for one in wanted)
            return f"({said})" + "".join(f" NOT ({fts5(one)})" for one in absent)
        case Some():
            return " OR ".join(f"({fts5(one)})" for one in look.looks)
        case Without():
            raise ValueError("what is absent stands beside what is not")


def _fts5_run(run: Run) -> str:
    return '"' + " ".join(run.words) + '"' + "*" * run.is_prefix


def tsquery(look: Look, *, is_near: bool = False) -> str:
    """What an article must hold; how near, only when it is asked of each one.

    GIN knows no places, and would try each pair of names on everything it passes.
    """
    match look:
        case Run():
            return _run(look)
        case Close():
            return _close(look, is_near=is_near)
        case Every():
            said = [one for one in look.looks if is_near or not _is_far(one)]
            return " & ".join(
                f"({tsquery(one, is_near=is_near)})" for one in said or look.looks
            )
        case Some():
            return " | ".join(
                f"({tsquery(one, is_near=is_near)})" for one in look.looks
            )
        case Without():
            return f"!({tsquery(look.look, is_near=True)})"


def _is_far(look: Look) -> bool:
    return isinstance(look, Without) and isinstance(look.look, Close)


def _run(run: Run) -> str:
    whole = run.words[:-1] if run.is_prefix else run.words
    named = [pair(*two) for two in pairwise(whole) if not _is_mark(two[0])]
    pairs = [f" & '{one}'" for one in named if one is not None]
    return f"({_phrase(run)})" + "".join(pairs) if pairs else _phrase(run)


def _phrase(run: Run) -> str:
    return " <-> ".join(f"'{word}'" for word in run.words) + ":*" * run.is_prefix


def _is_mark(word: str) -> bool:
    return not word[0].isalnum()


def _close(look: Close, *, is_near: bool) -> str:
    """One side from the end of the other at each distance."""
    if not is_near:
        first = " | ".join(_run(one) for one in look.first)
        second = " | ".join(_run(one) for one in look.second)
        return f"({first}) & ({second})"
    first = " | ".join(f"({_phrase(one)})" for one in look.first)
    second = " | ".join(f"({_phrase(one)})" for one in look.second)
    return " | ".join(
        f"(({before}) <{distance}> ({after}))"
        for distance in range(1, look.distance + 2)
        for before, after in ((first, second), (second, first))
    )
