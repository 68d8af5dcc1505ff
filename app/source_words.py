"""What is said of sources: for each state and each fault one sentence, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.i18n import N_, Words
from monitor.catalogue.regions import REGIONS, is_country
from monitor.discovery.values import Candidate, Way, Why
from monitor.states import Fault, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A complete sentence, and the next step; empty when there is nothing to do."""

    what: str
    step: str = ""


_STATES: Final[Mapping[str, tuple[str, str]]] = {
    SourceState.NEW: (N_("It was not read yet."), N_("It is read within minutes.")),
    SourceState.OK: (N_("It is read."), ""),
    SourceState.QUIET: (
        N_("It answers, and has brought nothing new for far longer than usual."),
        N_("Open the outlet. If it goes on publishing, give its new address."),
    ),
    SourceState.STALE: (
        N_("It answers, but its dates stand still."),
        N_("Open the outlet. If it goes on publishing, give another address."),
    ),
    SourceState.HIJACKED: (
        N_("What it brings does not look like the outlet's."),
        N_(
            "Open it with care: the site may be in other hands. Pause the source, or accept what it brings."
        ),
    ),
    SourceState.OUTRUN: (
        N_("Every entry of a look was new: others may have come and gone before it."),
        N_("Read the outlet of that day by hand. It is asked more often from now on."),
    ),
    SourceState.BLOCKED: (
        N_("The site refuses us."),
        N_("Ask the outlet for an arrangement."),
    ),
    SourceState.FAILING: (
        N_("It cannot be read."),
        N_("It is asked again by itself. If that lasts, look for a new address."),
    ),
    SourceState.GONE: (
        N_("The outlet says that this address is gone for good."),
        N_("Look for its new address from the outlet's home page."),
    ),
}
_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    Fault.CHALLENGE: (
        N_("The site asks its readers to prove that they are human."),
        N_(
            "We do not get around that. Ask the outlet to let our reader in, or for its newsletter."
        ),
    ),
    Fault.FORBIDDEN: (
        N_("The site answers that we may not read it (%(detail)s)."),
        N_("Ask the outlet for an arrangement."),
    ),
    Fault.ROBOTS: (
        N_("The site's robots.txt asks us to stay away from this address."),
        N_(
            "Ask the outlet for its agreement and note it here, or give another address."
        ),
    ),
    Fault.TOO_MANY: (
        N_("The site finds that it is asked too often."),
        N_("It is asked less often by itself. If that lasts, ask the outlet."),
    ),
    Fault.STATUS: (
        N_("The site answers with an error (%(detail)s)."),
        N_("It is asked again by itself. If that lasts, look for a new address."),
    ),
    Fault.GONE: (
        N_("The outlet says that this address is gone for good."),
        N_("Look for its new address from the outlet's home page."),
    ),
    Fault.UNREACHABLE: (
        N_("The site does not answer."),
        N_(
            "It is asked again by itself. Open it in a browser to see whether it is down."
        ),
    ),
    Fault.TIMEOUT: (
        N_("The site takes too long to answer."),
        N_("It is asked again by itself."),
    ),
    Fault.ADDRESS: (
        N_("Our own rules forbid this address."),
        N_(
            "Give a public address. One inside your own network has to be let through by the operator."
        ),
    ),
    Fault.REDIRECTS: (
        N_("It leads from one address to the next without end."),
        N_("Give the address it should end at."),
    ),
    Fault.MAILBOX: (
        N_("The folder that newsletters come into is not set, or cannot be read."),
        N_("Check the section newsletters of the settings."),
    ),
    Fault.TOO_LARGE: (
        N_("What comes is larger than we read."),
        N_("Give a smaller feed of the same outlet."),
    ),
    Fault.CODING: (
        N_("What comes is packed in a way we did not ask for."),
        N_("It is asked again by itself. If that lasts, tell the outlet."),
    ),
    Fault.EMPTY: (
        N_("What comes is empty."),
        N_("It is asked again by itself. If that lasts, tell the outlet."),
    ),
    Fault.WEB_PAGE: (
        N_("A web page comes where the source should be."),
        N_("Look for its new address from the outlet's home page."),
    ),
    Fault.LOGIN: (
        N_("A page to sign in comes where the source should be."),
        N_("Ask the outlet for access, or give another address."),
    ),
    Fault.PARKED: (
        N_("The site's name is for sale, or holds nothing but advertising."),
        N_("The outlet may have moved: pause the source and look for a new address."),
    ),
    Fault.UNREADABLE: (
        N_("What comes cannot be read as this kind of source."),
        N_("Open the address in a browser. If it is another kind, add it as that."),
    ),
    Fault.NO_ARTICLES: (
        N_("No article was found in what comes."),
        N_("Give the page that lists articles, or a selector for its links."),
    ),
    Fault.HOSTILE: (
        N_("What comes costs more time or memory to read than it may."),
        N_("Nothing of it was kept. Tell the outlet, or give another address."),
    ),
}
_OUTCOMES: Final[Mapping[str, str]] = {
    "read": N_("read"),
    "unchanged": N_("unchanged"),
    "blocked": N_("blocked"),
    "not-a-source": N_("not a source"),
    "refused": N_("refused by us"),
    "failed": N_("no answer"),
    "gone": N_("gone"),
    "postponed": N_("put off"),
}
# What the starter list says of its outlets, clause by clause; an office writes its own.
KNOWN: Final = frozenset(
    [
        N_("unverified"),
        N_("refuses robots"),
        N_("Arabic name transliterated"),
        N_("refuses some networks"),
        N_("no feed known"),
        N_("no feed"),
        N_("ask for an arrangement"),
        N_("enter by hand"),
        N_("feed unverified"),
        N_("its page refuses some networks"),
        N_("feed address inferred"),
        N_("read from its page of news"),
        N_("may answer too slowly"),
        N_("read from its home page"),
        N_("no feed, and no article in its pages"),
        N_("titles of videos only"),
        N_("its feed is Arabic and unverified"),
        N_("unreachable in September 2026"),
        N_("about one article in ten is in Arabic"),
        N_("no feed, and its home page is built by scripts"),
        N_("no feed: the usual address answers with the home page"),
        N_("its robots.txt asks us not to read the feed"),
        N_("some sections unverified"),
        N_("read from its news sitemap"),
        N_("publishes its own review of the press"),
        N_("asks to be read slowly"),
    ]
)
_WHYS: Final[Mapping[str, str]] = {
    Why.BEST: N_("chosen"),
    Why.AS_GOOD: N_("as good as the first"),
    Why.SAME_ARTICLES: N_("the same articles as the first"),
    Why.SAYS_LESS: N_("can be read, and says less"),
    Why.OLD: N_("has brought nothing for half a year"),
    Why.COMMENTS: N_("comments of readers, no articles"),
    Why.HOME_PAGE: N_("leads to the home page"),
}
_WAYS: Final[Mapping[str, str]] = {
    Way.ITSELF: N_("the address itself"),
    Way.LINK: N_("named by the page"),
    Way.ANCHOR: N_("linked on the page"),
    Way.ROBOTS: N_("named by robots.txt"),
    Way.USUAL: N_("where such sites have theirs"),
    Way.LISTING: N_("the page itself, as a list"),
}
_KINDS: Final[Mapping[str, str]] = {
    "feed": N_("feed"),
    "sitemap": N_("news sitemap"),
    "page": N_("listing page"),
    "newsletter": N_("newsletter"),
    "manual": N_("by hand"),
}
_OUTLET_KINDS: Final[Mapping[str, str]] = {
    "agency": N_("agency"),
    "institutional": N_("institution"),
    "broadcaster": N_("radio or television"),
    "daily": N_("daily paper"),
    "weekly": N_("weekly paper"),
    "monthly": N_("monthly"),
    "online": N_("online paper"),
    "specialised": N_("specialised press"),
    "regional": N_("regional press"),
}


def of_source(state: str, fault: str, detail: str, *, said: Words) -> Said:
    """What is said of a source that is polled: its fault says it better than its state."""
    if fault in _FAULTS and state not in {SourceState.HIJACKED, SourceState.OK}:
        return of_fault(fault, detail, said=said)
    what, step = _STATES[state]
    return Said(what=said.gettext(what), step=said.gettext(step) if step else "")


def of_hand(*, said: Words) -> Said:
    """What is said of a source that nobody polls."""
    return Said(what=said.gettext(N_("What it has is entered by hand.")))


def of_fault(fault: str, detail: str, *, said: Words) -> Said:
    """A fault we have no words for yet is said by its name rather than hidden."""
    what, step = _FAULTS.get(fault, (fault, ""))
    # A status is a number anybody may look up; other details are for the log.
    isolated = f"\u2068{detail[:3] if detail[:3].isdecimal() else '?'}\u2069"
    return Said(
        what=said.gettext(what).replace("%(detail)s", isolated),
        step=said.gettext(step) if step else "",
    )


def of_candidate(one: Candidate, *, said: Words) -> str:
    """What became of a candidate."""
    if one.fault is not None and one.why is Why.UNREADABLE:
        return of_fault(one.fault, one.detail, said=said).what
    return said.gettext(_WHYS.get(one.why, one.why))


def way(name: str, *, said: Words) -> str:
    return said.gettext(_WAYS[name]) if name in _WAYS else name


def outcome(name: str, *, said: Words) -> str:
    return said.gettext(_OUTCOMES[name]) if name in _OUTCOMES else name


def kind(name: str, *, said: Words) -> str:
    return said.gettext(_KINDS[name]) if name in _KINDS else name


def outlet_kind(name: str, *, said: Words) -> str:
    return said.gettext(_OUTLET_KINDS[name]) if name in _OUTLET_KINDS else name


def known(text: str, *, said: Words) -> str:
    """What is known of an outlet: the clauses we wrote, in the reader's language."""
    clauses = [clause.strip() for clause in text.split(";")]
    mark = {"ar": "؛", "fr": "\u00a0;"}.get(said.language, ";")
    return f"{mark} ".join(
        said.gettext(clause) if clause in KNOWN else clause for clause in clauses
    )


def region(name: str, *, said: Words) -> str:
    """A region or a country in the reader's language; nationwide when it is empty."""
    if not name:
        return said.gettext("nationwide")
    if is_country(name):
        return str(said.locale.territories.get(name, name))
    return REGIONS.get(name, name) if said.language == "ar" else name
