"""What a web page is that came instead of a source: a challenge, a login, a parked domain.

Decides by content, in French, Arabic and English. A real page may speak of logins and of
domains for sale, and a real page behind a protector carries its scripts: so a page is one of
these only when it says so in its title or says little else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.sources import markup
from monitor.states import Fault

# A challenge, a login or a parked page has a few hundred letters; a front page has 5,000
# and sixty links.
_LITTLE_TEXT: Final = 1500
_FEW_LINKS: Final = 15
_LOOKED_AT: Final = 300_000

_TITLE: Final = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_LINK: Final = re.compile(r"<a\s", re.IGNORECASE)
_PASSWORD: Final = re.compile(
    r"""<input\s[^<>]{0,500}?type\s?=\s?["']?password""", re.IGNORECASE
)
_CHALLENGE_TITLE: Final = re.compile(
    r"^(?:just a moment|un instant|un moment|attention required|ddos-guard|access denied"
    r"|accès refusé|are you a robot|human verification|vérification|one more step"
    r"|security check|checking your browser|please wait|veuillez patienter"
    r"|لحظة|انتظر|التحقق|تم رفض الوصول|pardon our interruption|robot or human)",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(
    r"_cf_chl_opt|cf-chl-|cf-challenge|cf-turnstile|captcha-delivery\.com|_incapsula_resource"
    r"|incapsula incident|px-captcha|aws-waf-token|awswafcaptcha|sucuri_cloudproxy"
    r"|ddos-guard|h-captcha|g-recaptcha|__ddg|sgcaptcha|/\.well-known/sgcaptcha"
    r"|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|not a robot"
    r"|enable javascript and cookies|activer javascript et les cookies"
    r"|vérifi(?:er|ons|cation) (?:que vous êtes|de votre navigateur)|pas un robot"
    r"|أنك إنسان|لست روبوت|من متصفحك",
    re.IGNORECASE,
)
_LOGIN_TITLE: Final = re.compile(
    r"log ?in|sign ?in|connexion|se connecter|identifi|authentifi|mot de passe|password"
    r"|تسجيل الدخول|كلمة المرور|كلمة السر|captive|portail|hotspot",
    re.IGNORECASE,
)
_PARKED: Final = re.compile(
    r"domain(?: name)? (?:is|may be) (?:for sale|parked|available)|buy this domain"
    r"|this domain (?:is|has been|has) (?:registered|parked|expired|for sale)"
    r"|sedoparking|parkingcrew|bodis\.com|hugedomains|afternic|dan\.com|above\.com/marketplace"
    r"|domaine (?:est|a été) (?:à vendre|en vente|expiré|réservé|enregistré|parqué)"
    r"|domaine a expiré|acheter ce (?:nom de )?domaine|domaine à vendre"
    r"|(?:النطاق|الدومين|نطاق|دومين) (?:للبيع|معروض للبيع|محجوز|منتهي)|انتهت صلاحية (?:هذا )?النطاق"
    r"|account (?:has been )?suspended|compte (?:a été )?suspendu|site (?:est )?suspendu"
    r"|تم (?:إيقاف|تعليق) (?:هذا )?(?:الحساب|الموقع)"
    r"|welcome to nginx|apache2? \w{0,12} ?default page|default web site page|index of /",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What happened and what to do, for a fault that a person may read of."""

    what: str
    mend: str


WORDS: Final[Mapping[Fault, Words]] = {
    Fault.CHALLENGE: Words(
        what="The site asks whether we are human instead of answering.",
        mend="Ask the outlet to let this office in; do not try to get around it.",
    ),
    Fault.LOGIN: Words(
        what="The site asks for a login instead of answering.",
        mend="Ask the outlet for an address that needs none, or for its newsletter.",
    ),
    Fault.PARKED: Words(
        what="The domain is parked, suspended or for sale.",
        mend="Look for the outlet's new address; this one may belong to somebody else.",
    ),
    Fault.WEB_PAGE: Words(
        what="The answer is a web page.",
        mend="Open the address in a browser and give the feed's own address.",
    ),
    Fault.EMPTY: Words(
        what="The answer is empty.",
        mend="It is asked again; if it stays so, give another address of this outlet.",
    ),
}


def fault_of(page: str) -> Fault | None:
    """What *page* is instead of an ordinary page; None when it is one."""
    page = page[:_LOOKED_AT]
    named = _TITLE.search(page)
    title = markup.line(named[1]) if named else ""
    text = markup.line(page)
    is_bare = len(text) < _LITTLE_TEXT and len(_LINK.findall(page)) < _FEW_LINKS
    if is_bare and (_CHALLENGE_TITLE.search(title) or _CHALLENGE.search(page)):
        return Fault.CHALLENGE
    if _PASSWORD.search(page) and (is_bare or _LOGIN_TITLE.search(title)):
        return Fault.LOGIN
    if is_bare and _PARKED.search(f"{title} {text} {page}"):
        return Fault.PARKED
    return None if text else Fault.EMPTY
