"""What a list says of outlets and their sources, whatever its format, once it was checked."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from core.errors import BadInput
from core.wording import worded
from monitor.catalogue.adding import require_readable
from monitor.catalogue.options import LICENCE_ALLOWS, LICENCE_UNTIL, OPTIONS
from monitor.catalogue.regions import REGIONS, is_region
from monitor.states import Allows


class OutletKind(StrEnum):
    AGENCY = "agency"
    INSTITUTIONAL = "institutional"
    BROADCASTER = "broadcaster"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    ONLINE = "online"
    SPECIALISED = "specialised"
    REGIONAL = "regional"


TIERS: Final = (1, 2, 3)
USUAL_TIER: Final = 2
_LONGEST = 400
# Control signs, and those that turn the direction of what follows: a name may not hide.
_NOT_PLAIN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    kind: str
    url: str
    # Those of `monitor.catalogue.options`.
    options: Mapping[str, str] = field(default_factory=dict)
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOutlet:
    name: str
    name_ar: str = ""
    language: str = ""
    kind: str = ""
    region: str = ""
    homepage: str = ""
    tier: int = USUAL_TIER
    known: str = ""
    sources: tuple[ListedSource, ...] = ()
    # Where it stands in its file.
    place: str = field(default="", compare=False)


def require_outlet(outlet: ListedOutlet) -> None:
    """Raise BadInput, naming place and field, for what no outlet can be."""
    place = outlet.place
    if not outlet.name:
        raise BadInput(
            worded("An outlet has no name."),
            to=_at(place, "name"),
            mend=worded("Give its name."),
        )
    for name in ("name", "name_ar", "known"):
        _require_plain(getattr(outlet, name), _at(place, name))
    if outlet.language and not _LANGUAGE.fullmatch(outlet.language):
        raise BadInput(
            worded(
                "There is no language %(language)s.", language=f"{outlet.language!r}"
            ),
            to=_at(place, "language"),
            mend=worded("Give its code, such as fr, ar or en."),
        )
    if outlet.kind and outlet.kind not in set(OutletKind):
        raise BadInput(
            worded(
                "There is no kind of outlet called %(kind)s.", kind=f"{outlet.kind!r}"
            ),
            to=_at(place, "kind"),
            mend=worded(
                "The kinds are: %(outletkind)s.", outletkind=", ".join(OutletKind)
            ),
        )
    _require_rank(outlet)
    if outlet.homepage:
        require_readable(outlet.homepage, kind="page", place=_at(place, "homepage"))
    for source in outlet.sources:
        require_source(source)


def _require_rank(outlet: ListedOutlet) -> None:
    if not is_region(outlet.region):
        raise BadInput(
            worded("There is no region %(region)s.", region=f"{outlet.region!r}"),
            to=_at(outlet.place, "region"),
            mend=worded(
                "Leave it empty, or give a country's two letters or one of: %(regions)s.",
                regions="; ".join(REGIONS),
            ),
        )
    if outlet.tier not in TIERS:
        raise BadInput(
            worded("There is no tier %(tier)s.", tier=outlet.tier),
            to=_at(outlet.place, "tier"),
            mend=worded("Tiers are 1, 2 and 3; 1 is read most closely."),
        )


def require_source(source: ListedSource) -> None:
    """Raise BadInput, naming place and field, for a source that can never be read."""
    require_readable(source.url, kind=source.kind, place=_at(source.place, "url"))
    for name, value in source.options.items():
        if name not in OPTIONS:
            raise BadInput(
                worded("A source has no field %(name)s.", name=f"{name!r}"),
                to=source.place,
                mend=worded(
                    "The fields are: kind, url, %(options)s.",
                    options=", ".join(OPTIONS),
                ),
            )
        _require_plain(value, _at(source.place, name))
    _require_day(source.options.get(LICENCE_UNTIL, ""), source.place)
    _require_grade(source.options.get(LICENCE_ALLOWS, ""), source.place)


def _require_day(text: str, place: str) -> None:
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        raise BadInput(
            worded("%(text)s is no day.", text=f"{text!r}"),
            to=_at(place, LICENCE_UNTIL),
            mend=worded("Write the licence's last day like 2027-12-31."),
        )


def _require_grade(text: str, place: str) -> None:
    grades = (Allows.EXCERPT, Allows.FULL_TEXT)
    if text and text not in grades:
        raise BadInput(
            worded("A licence does not allow %(text)s.", text=f"{text!r}"),
            to=_at(place, LICENCE_ALLOWS),
            mend=worded("It allows one of: %(grades)s.", grades=", ".join(grades)),
        )


def _require_plain(text: Any, place: str) -> None:
    signs = {unicodedata.category(sign) for sign in str(text)}
    if not isinstance(text, str) or len(text) > _LONGEST or signs & _NOT_PLAIN:
        raise BadInput(
            worded("This is not a short text on one line."),
            to=place,
            mend=worded(
                "Write at most 400 letters, without line ends or control signs."
            ),
        )


def _at(place: str, name: str) -> str:
    return f"{place}, {name}" if place else name
