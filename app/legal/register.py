"""The register of processing as a value: what this office keeps, for what, who gets it, how long.

Sentences are kept as they stand in the catalogues; whoever writes the register says them.
"""

from dataclasses import dataclass
from datetime import datetime

from app.legal.personal import Sort, Use
from app.legal.processors import Processor
from app.legal.tracking import Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who answers for the data, as the settings say it in each language."""

    name: str
    name_ar: str
    name_en: str
    address: str
    address_ar: str
    country: str
    correspondent: str
    correspondent_ar: str
    email: str
    phone: str
    declaration: str
    declared_on: str
    authorisation: str
    authorised_on: str
    transfer: str
    transfer_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One processing: its basis, the sorts of data it keeps, and in which columns they stand."""

    use: Use
    # A key of `words.BASES`.
    basis: str
    sorts: tuple[Sort, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One line of the table of retention (`app.retention`)."""

    name: str
    what: str
    then: str
    # None is for good, or as long as what it belongs to.
    days: float | None
    since: str
    setting: str
    why: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of security, and whether this installation has it on."""

    what: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something the office must still say or do; `about` is a processor or a setting."""

    what: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    made_at: datetime
    zone: str
    program: str
    controller: Controller
    answer_days: int
    treatments: tuple[Treatment, ...]
    processors: tuple[Processor, ...]
    retention: tuple[Kept, ...]
    measures: tuple[Measure, ...]
    tracking: Tracking
    numbers: tuple[Number, ...]
    missing: tuple[Missing, ...]
