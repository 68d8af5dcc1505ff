"""Settings of the law: who answers for the data of people, under which numbers, for how long."""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from core.settings.kinds import Section
from core.settings.reading import pairs
from core.wording import worded

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def _country(value: str) -> str:
    if not _COUNTRY.fullmatch(value):
        raise ValueError(f"{value!r} is not a country's two letters, such as MA")
    return value


def _day(value: str) -> str:
    """The notice and the register write it out: a day that no month has would break both."""
    try:
        is_day = not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        is_day = False
    if not is_day:
        raise ValueError("it must be a day that there is, written like 2026-03-31")
    return value


Day = Annotated[str, AfterValidator(_day)]
CountryTable = Annotated[
    dict[str, Annotated[str, AfterValidator(_country)]], BeforeValidator(pairs)
]


class Legal(Section):
    """What the register of processing, the information notice and the foot of mails say."""

    controller: str = Field(
        "",
        max_length=200,
        description=worded(
            "The body that answers for the data of people, such as the ministry; empty means the organisation's name."
        ),
    )
    controller_ar: str = Field(
        "",
        max_length=200,
        description=worded("The same in Arabic; empty means controller."),
    )
    controller_en: str = Field(
        "",
        max_length=200,
        description=worded("The same in English; empty means controller."),
    )
    address: str = Field(
        "",
        max_length=300,
        description=worded("Its postal address; empty means the organisation's."),
    )
    address_ar: str = Field(
        "",
        max_length=300,
        description=worded("The same in Arabic; empty means address."),
    )
    correspondent: str = Field(
        "",
        max_length=200,
        description=worded(
            "Whom people write to about their data: a name or a function."
        ),
    )
    correspondent_ar: str = Field(
        "",
        max_length=200,
        description=worded("The same in Arabic; empty means correspondent."),
    )
    correspondent_email: str = Field(
        "",
        max_length=200,
        description=worded("Their mail address; empty means where answers go."),
    )
    correspondent_phone: str = Field(
        "", max_length=60, description=worded("Their telephone number.")
    )
    declaration: str = Field(
        "",
        max_length=60,
        description=worded(
            "The number under which the CNDP keeps the declaration of this processing (law 09-08); it stands at the foot of each mail."
        ),
    )
    declared_on: Day = Field(
        "", description=worded("The day of that declaration, like 2026-03-31.")
    )
    authorisation: str = Field(
        "",
        max_length=60,
        description=worded(
            "The number of the CNDP's authorisation, where one was needed."
        ),
    )
    authorised_on: Day = Field("", description=worded("The day of that authorisation."))
    transfer: str = Field(
        "",
        max_length=60,
        description=worded(
            "The number of the CNDP's authorisation of transfers abroad (form F118), needed for each processor abroad."
        ),
    )
    transfer_on: Day = Field("", description=worded("The day of that authorisation."))
    basis: Literal["public-task", "legitimate-interests", "consent"] = Field(
        "public-task",
        description=worded(
            "On what the office bases its press list (GDPR article 6): its public task, its legitimate interests, or each person's consent."
        ),
    )
    country: Annotated[str, AfterValidator(_country)] = Field(
        "MA", description=worded("The country of the office; elsewhere is abroad.")
    )
    countries: CountryTable = Field(
        default_factory=dict,
        description=worded(
            "Where each processor keeps what it gets: its name or its host, and a country's two letters, such as sendgrid=US, s3.example.org=MA."
        ),
    )
    answer_days: int = Field(
        30,
        ge=1,
        le=120,
        description=worded(
            "Within how many days a person who asks for their data, or for its correction or erasure, is answered."
        ),
    )
    licence_days: int = Field(
        30,
        ge=0,
        description=worded(
            "How many days before a source's licence ends an alert is raised."
        ),
    )

    def called(self, language: str) -> str:
        """The controller's name in a language, or its one name; empty for the office's."""
        said = {"ar": self.controller_ar, "en": self.controller_en}
        return said.get(language, "") or self.controller

    def seated(self, language: str) -> str:
        return (self.address_ar if language == "ar" else "") or self.address

    def written_to(self, language: str) -> str:
        own = self.correspondent_ar if language == "ar" else ""
        return own or self.correspondent
