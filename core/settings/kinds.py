"""What a setting may hold, and how it is read from one text."""

import re
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr

from core.errors import BadInput
from core.settings.reading import pairs, split
from core.values import Role
from core.zones import zone

HOUR: Final = r"^([01]\d|2[0-3]):[0-5]\d$"

# Enough to notice a name where an address should be; the sending half reads it closely.
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _network(value: str) -> str:
    return str(ip_network(value))


def _web_address(value: SecretStr) -> SecretStr:
    """Whoever knows such an address can ask it too: it is not said again."""
    text = value.get_secret_value()
    if text and not re.fullmatch(r"https?://\S+", text):
        raise ValueError("it must begin with http:// or https://")
    return value


def _known_zone(value: str) -> str:
    try:
        zone(value)
    except BadInput as error:
        raise ValueError(f"{error.what} {error.mend}") from None
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not a mail address")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(split)]
Addresses = Annotated[
    tuple[Annotated[str, AfterValidator(_address)], ...], BeforeValidator(split)
]
Networks = Annotated[
    tuple[Annotated[str, BeforeValidator(_network)], ...], BeforeValidator(split)
]
HostTable = Annotated[dict[str, str], BeforeValidator(pairs)]
RoleTable = Annotated[dict[str, Role], BeforeValidator(pairs)]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
