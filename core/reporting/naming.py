"""Names of the codes in reports, and values as they are read: the same in every format."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from core.i18n import Words, words
from core.reporting import balance_names, table_names
from core.reporting.report import Cell, Figure, Kind
from core.values import Language

_MINUTES_A_DAY: Final = 24 * 60


def name_of(code: str, spoken: Words) -> str:
    """The words for *code*; itself where nobody has words for it."""
    known = _names(spoken.language).get(code)
    return known or _of_the_world(code, spoken) or code.partition(":")[2] or code


def _of_the_world(code: str, spoken: Words) -> str:
    """The name of a language or a country that has none among ours: language:es, region:FR."""
    space, _, value = code.partition(":")
    named: str | None = None
    if space == "language":
        named = spoken.locale.languages.get(value, "")
        # As ours begin: Espagnol beside Arabe.
        named = named[:1].upper() + named[1:]
    elif space == "region":
        named = spoken.locale.territories.get(value)
    return named or ""


def named(code: str, spoken: Sequence[Words]) -> str:
    """The words for *code* in each language, once where they are the same."""
    return " · ".join(dict.fromkeys(name_of(code, one) for one in spoken))


def value_text(
    value: float | None, kind: Kind, spoken: Words, *, unknown: str = ""
) -> str:
    """A number as it is read: 0.42 as a share is 42 %, 90 as minutes is 1 h 30 min."""
    if value is None:
        return unknown or spoken.gettext("not available")
    if kind is Kind.SHARE:
        return spoken.percent(value)
    if kind is Kind.MINUTES:
        return duration(round(value), spoken)
    return spoken.number(value)


def duration(minutes: int, spoken: Words) -> str:
    """Days, hours and minutes, the two largest of them; before something, with a sign."""
    _ = spoken.gettext
    sign, left = ("−" if minutes < 0 else ""), abs(minutes)
    days, left = divmod(left, _MINUTES_A_DAY)
    hours, rest = divmod(left, 60)
    if days:
        said = _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    elif hours:
        said = _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    else:
        said = _("%(minutes)s min") % {"minutes": rest}
    return sign + said


def cell_text(cell: Cell, spoken: Words, zone: str) -> str:
    """What a cell says; empty where nothing is known."""
    if cell.moment is not None:
        return moment_text(cell.moment, spoken, zone, day=cell.kind is Kind.DAY)
    if cell.number is not None:
        return value_text(cell.number, cell.kind, spoken)
    if cell.kind is Kind.CODE and cell.text:
        return name_of(cell.text, spoken)
    return cell.text


def moment_text(
    moment: datetime, spoken: Words, zone: str, *, day: bool = False
) -> str:
    return spoken.day(moment, zone) if day else spoken.moment(moment, zone, "short")


def figure_text(figure: Figure, spoken: Words) -> str:
    value = value_text(figure.value, figure.kind, spoken)
    if figure.of is None:
        return value
    return spoken.gettext("%(value)s of %(of)s") % {
        "value": value,
        "of": spoken.number(figure.of),
    }


def usual(figure: Figure) -> float | None:
    """The usual number as every format says it: whole, unless it is a share."""
    if figure.usual is None or figure.kind is Kind.SHARE:
        return figure.usual
    return round(figure.usual)


@cache
def _names(language: Language) -> Mapping[str, str]:
    spoken = words(language)
    return {
        f"{space}:{code}": name
        for space, names in (
            ("label", _labels(spoken)),
            ("figure", {**table_names.figures(spoken), **_figures(spoken)}),
            ("section", _sections(spoken)),
            ("state", _states(spoken)),
            ("fault", _faults(spoken)),
            ("tone", _tones(spoken)),
            ("language", _languages(spoken)),
            ("kind", _kinds(spoken)),
            ("column", {**table_names.columns(spoken), **_columns(spoken)}),
            ("sheet", table_names.sheets(spoken)),
            ("fact", table_names.facts(spoken)),
            ("report", table_names.reports(spoken)),
            ("edition", _editions(spoken)),
            ("table", _tables(spoken)),
            ("limit", _limits(spoken)),
            ("mark", _marks(spoken)),
            *balance_names.names(spoken),
        )
        for code, name in names.items()
    }


def _labels(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "reprint": _("Reprint"),
        "partial": _("Partial reprint"),
        "rewrite": _("Rewrite"),
        "mention": _("Mention"),
    }


def _figures(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "articles": _("articles covering our releases"),
        "outlets": _("outlets"),
        "reprint": _("reprints"),
        "partial": _("partial reprints"),
        "rewrite": _("rewrites"),
        "mention": _("mentions"),
        "watched": _("articles of the watches"),
        "all": _("articles in this edition"),
        "fr": _("in French"),
        "ar": _("in Arabic"),
        "delivered": _("messages accepted"),
        "unsure": _("messages unsure"),
    }


def _sections(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "essentials": _("The essentials"),
        "alerts": _("Alerts"),
        "figures": _("The figures"),
        "releases": _("Our releases in the press"),
        "ministry": _("The ministry and the minister"),
        "regions": _("The regions"),
        "international": _("The international press"),
        "agencies": _("Agency dispatches"),
        "catching-up": _("Seen late, caught up"),
        "language-ar": _("The press in Arabic"),
        "language-fr": _("The press in French"),
        "language-zgh": _("The press in Amazigh"),
        "language-en": _("The press in English"),
        "language-": _("Other languages"),
        "agenda": _("Press agenda"),
        "sent": _("What we sent"),
        "others": _("Also seen"),
        "limits": _("Method and limits"),
    }


def _states(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "new": _("not read yet"),
        "ok": _("read"),
        "blocked": _("blocked"),
        "quiet": _("quiet"),
        "stale": _("stale"),
        "hijacked": _("taken over"),
        "outrun": _("possible loss"),
        "failing": _("failing"),
        "gone": _("gone"),
    }


def _faults(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "challenge": _("The site asks its readers to prove that they are human."),
        "forbidden": _("The site refuses us."),
        "robots": _("The site's robots.txt asks us to stay away from this address."),
        "too-many": _("The site finds that it is asked too often."),
        "status": _("It cannot be read."),
        "gone": _("The outlet says that this address is gone for good."),
        "unreachable": _("The site does not answer."),
        "timeout": _("The site takes too long to answer."),
        "address": _("Our own rules forbid this address."),
        "redirects": _("It leads from one address to the next without end."),
        "too-large": _("What comes is larger than we read."),
        "coding": _("What comes is packed in a way we did not ask for."),
        "empty": _("What comes is empty."),
        "web-page": _("A web page comes where the source should be."),
        "login": _("A page to sign in comes where the source should be."),
        "parked": _("The site's name is for sale, or holds nothing but advertising."),
        "unreadable": _("What comes cannot be read as this kind of source."),
        "no-articles": _("No article was found in what comes."),
        "hostile": _("What comes costs more time or memory to read than it may."),
    }


def _tones(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "positive": _("positive"),
        "neutral": _("neutral"),
        "negative": _("negative"),
    }


def _languages(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "fr": _("French"),
        "ar": _("Arabic"),
        "en": _("English"),
        "zgh": _("Amazigh"),
        "": _("not known"),
    }


def _kinds(spoken: Words) -> Mapping[str, str]:
    """Of outlets, as `monitor.catalogue.listed.OutletKind` calls them."""
    _ = spoken.gettext
    return {
        "agency": _("agency"),
        "institutional": _("official"),
        "broadcaster": _("radio or television"),
        "daily": _("daily"),
        "weekly": _("weekly"),
        "monthly": _("monthly"),
        "online": _("online"),
        "specialised": _("specialised"),
        "regional": _("regional"),
        "": _("other"),
    }


def _columns(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "reference": _("No."),
        "section": _("Section"),
        "outlet": _("Outlet"),
        "title": _("Title"),
        "author": _("Author"),
        "published": _("Published"),
        "language": _("Language"),
        "kind": _("Kind"),
        "region": _("Region"),
        "label": _("How"),
        "score": _("Score"),
        "about": _("About"),
        "copies": _("Copies"),
        "taken-from": _("Text of"),
        "tone": _("Tone"),
        "excerpt": _("Excerpt"),
        "url": _("Address"),
        "licence": _("Licence"),
        "evidence": _("Evidence"),
        "read-at": _("Read"),
        "digest": _("SHA-256 of what was read"),
        "article": _("In the article"),
        "release": _("In the release"),
        "figure": _("Figure"),
        "value": _("Value"),
        "of": _("Out of"),
        "state": _("State"),
        "since": _("Since"),
        "reason": _("Reason"),
        "articles": _("Articles"),
        "name": _("Name"),
        "hour": _("Hour"),
        "objective": _("Objective"),
        "audience": _("For whom"),
    }


def _editions(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {"morning": _("Morning edition"), "flash": _("Flash edition")}


def _tables(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "by-hour": _("When they appeared"),
        "by-outlet": _("Who published most"),
    }


def _limits(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {
        "not-validated": _("Automatic edition: nobody read it before it left."),
    }


def _marks(spoken: Words) -> Mapping[str, str]:
    _ = spoken.gettext
    return {"sent": _("sent"), "event": _("event")}
