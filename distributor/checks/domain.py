"""Domain: what the sender's domain publishes for receiving servers: SPF, DKIM, DMARC."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from core.i18n import N_
from distributor.checks.base import Case, Finding, Level, SenderDomain

_POLICY: Final = re.compile(
    r";\s*p\s*=\s*(?:none|quarantine|reject)\s*(?:;|$)", re.IGNORECASE
)
_NO_KEY: Final = re.compile(r"(?:^|;)\s*p\s*=\s*(?:;|$)", re.IGNORECASE)
_SENDS_NOTHING: Final = re.compile(r"v=spf1\s+-all\s*", re.IGNORECASE)
_ALL_MAY: Final = re.compile(r"(?:^|\s)\+?all\b", re.IGNORECASE)


class Check:
    name: ClassVar[str] = "domain"
    levels: ClassVar[Mapping[str, Level]] = {
        "spf": Level.AMBER,
        "dkim": Level.AMBER,
        "dmarc": Level.AMBER,
        "domain-not-looked-up": Level.AMBER,
    }

    def examine(self, case: Case) -> Iterator[Finding]:
        if case.domain is not None:
            yield from examine(case.domain)


def examine(domain: SenderDomain) -> Iterator[Finding]:
    """What is wrong with a sender's domain, whatever is sent."""
    if _unanswered(domain):
        yield _finding(
            "domain-not-looked-up",
            N_("What {domain} publishes could not be looked up."),
            N_("Check this machine's name server, and ask again."),
            domain,
        )
    yield from _spf(domain)
    yield from _dkim(domain)
    yield from _dmarc(domain)


def _unanswered(domain: SenderDomain) -> bool:
    signs = bool(domain.selector)
    return None in (domain.spf, domain.dmarc) or (signs and domain.dkim is None)


def _spf(domain: SenderDomain) -> Iterator[Finding]:
    if domain.spf is None:
        return
    mend = N_("Publish one SPF record that names the servers which send for {domain}.")
    records = _beginning(domain.spf, "v=spf1")
    if not records:
        yield _finding("spf", N_("{domain} publishes no SPF record."), mend, domain)
    elif len(records) > 1:
        what = N_("{domain} publishes several SPF records, so none of them counts.")
        yield _finding("spf", what, mend, domain)
    elif _SENDS_NOTHING.fullmatch(records[0]):
        what = N_("The SPF record of {domain} says that nobody sends for it.")
        yield _finding("spf", what, mend, domain)
    elif _ALL_MAY.search(records[0].removeprefix("v=spf1")):
        what = N_("The SPF record of {domain} lets everybody send for it.")
        yield _finding("spf", what, mend, domain)


def _dkim(domain: SenderDomain) -> Iterator[Finding]:
    if domain.signing and not _is_aligned(domain):
        yield _finding(
            "dkim",
            N_(
                "The channel signs for {signing}, which is another domain than {domain}."
            ),
            N_("Sign for the sender's own domain."),
            domain,
        )
    if not domain.selector or domain.dkim is None:
        return
    mend = N_("Publish the public key that belongs to the channel's signing key.")
    if not domain.dkim:
        what = N_("{domain} publishes no DKIM key under the selector {selector}.")
        yield _finding("dkim", what, mend, domain)
    elif len(domain.dkim) > 1 or _NO_KEY.search(domain.dkim[0]):
        what = N_(
            "The DKIM key of {domain} under the selector {selector} is withdrawn or published twice."
        )
        yield _finding("dkim", what, mend, domain)


def _is_aligned(domain: SenderDomain) -> bool:
    """DMARC counts a signature of the same domain, or of one above or below it."""
    one, other = f".{domain.name}", f".{domain.signing}"
    return one.endswith(other) or other.endswith(one)


def _dmarc(domain: SenderDomain) -> Iterator[Finding]:
    if domain.dmarc is None:
        return
    mend = N_("Publish one DMARC record with a policy, such as v=DMARC1; p=none.")
    records = _beginning(domain.dmarc, "v=dmarc1")
    if not records:
        yield _finding("dmarc", N_("{domain} publishes no DMARC record."), mend, domain)
    elif len(records) > 1 or not _POLICY.search(records[0]):
        what = N_("The DMARC record of {domain} has no policy or stands there twice.")
        yield _finding("dmarc", what, mend, domain)


def _beginning(texts: Sequence[str], start: str) -> Sequence[str]:
    return [one.strip() for one in texts if one.strip().lower().startswith(start)]


def _finding(check: str, what: str, mend: str, domain: SenderDomain) -> Finding:
    return Finding(
        check=check,
        level=Level.AMBER,
        what=what,
        mend=mend,
        to=domain.name,
        values={
            "domain": domain.name,
            "selector": domain.selector,
            "signing": domain.signing,
        },
    )
