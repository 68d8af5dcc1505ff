"""Names of the codes that only a balance uses: its numbers, tables, columns and limits."""

from collections.abc import Iterator, Mapping

from core.i18n import Words


def names(spoken: Words) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each space of codes with its names."""
    yield "figure", _figures(spoken)
    yield "column", _columns(spoken)
    yield "table", _tables(spoken)
    yield "limit", _limits(spoken)
    yield "answer", _answers(spoken)
    yield "redress", _redresses(spoken)
    yield "delay", _delays(spoken)
    yield "region", {"": spoken.gettext("nationwide")}
    yield "outlet", {"others": spoken.gettext("other outlets")}


def _figures(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "copies": _("copies of the same texts"),
        "targeted": _("recipients' outlets that published"),
        "first-pick-up": _("from the dispatch to the first article"),
        "verbatim": _("of the articles print our text"),
        "positive": _("positive in tone"),
        "neutral": _("neutral in tone"),
        "negative": _("negative in tone"),
    }


def _columns(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "outlets": _("Outlets"),
        "delay": _("After the dispatch"),
        "release-number": _("Release"),
        "sent": _("Sent"),
        "list": _("List"),
        "planned": _("Planned"),
        "accepted": _("Accepted"),
        "delivered": _("of which delivered"),
        "bounced": _("Bounced"),
        "complained": _("Complaints"),
        "refused": _("Refused"),
        "unsure": _("Unsure"),
        "not-sent": _("Not sent"),
        "unsubscribed": _("Unsubscribed"),
        "answer": _("Answer"),
        "people": _("People"),
        "wrote": _("Wrote"),
        "asked-about": _("May have written"),
        "outlet-published": _("Their outlet published"),
        "silent": _("Silent"),
        "wrong": _("What is wrong"),
        "right": _("What is right"),
        "redress": _("Rectification"),
        "asked-at": _("Asked on"),
        "answered-at": _("Answered on"),
        "first-pick-up": _("First article after"),
        "verbatim": _("Printed our text"),
        "negative": _("Negative"),
        "reached": _("Recipients"),
    }


def _tables(spoken: Words) -> Mapping[str, str]:
    """Of tables, and of the pictures that draw them."""
    _ = spoken.gettext
    return {
        "coverage": _("Who published it"),
        "invited": _("Who was invited, who came, who wrote"),
        "rectifications": _("Errors and rectifications"),
        "distribution": _("What was sent, and what arrived"),
        "comparison": _("Beside the releases before it"),
        "by-language": _("Articles by language"),
        "by-label": _("How it was taken up"),
        "delays": _("How soon after the dispatch"),
    }


def _limits(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "not-sent": _(
            "No dispatch of this release has left: no delay can be measured, and the period begins when it was imported."
        ),
        "by-hand": _(
            "Some articles were read in print or heard on air, and entered by a person."
        ),
        "day-only": _(
            "Some outlets give the day of an article without its hour: these articles are counted, and stand in no picture by hour or delay."
        ),
        "tone-not-said": _(
            "The tone is said by people, never by the machine, and not yet of every article."
        ),
        "texts-forgotten": _(
            "The full text of some articles is not kept: messages were sought in their titles, their excerpts and the passages they took from us."
        ),
        "goal-late": _(
            "The objective or a key message was changed after the release had left or its event had taken place."
        ),
        "no-reach": _(
            "How many people it reached is not available: no audience figure is given without its source and its date."
        ),
    }


def _answers(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "present": _("came"),
        "coming": _("announced their coming"),
        "coming with camera": _("announced their coming with a camera"),
        "replied": _("replied"),
        "declined": _("declined"),
        "absent": _("did not come"),
        "": _("no answer"),
        "uninvited": _("was not sent it"),
        "walk-in": _("came by themselves"),
    }


def _redresses(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "noted": _("to be asked"),
        "asked": _("asked, no answer"),
        "obtained": _("obtained"),
        "refused": _("refused by the outlet"),
    }


def _delays(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "before": _("before it"),
        "1h": _("within the hour"),
        "3h": _("1 to 3 hours"),
        "12h": _("3 to 12 hours"),
        "24h": _("12 to 24 hours"),
        "72h": _("1 to 3 days"),
        "later": _("later"),
    }
