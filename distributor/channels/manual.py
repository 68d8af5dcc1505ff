"""Channel manual: people call or write by hand, and log what came of it. No worker leases it."""

from typing import ClassVar, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from core.clock import Timer
from core.wording import worded
from distributor.channels.base import ChannelFault


class ManualOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    signature: str = Field(
        "", description="What ends the short text; empty means the office's name."
    )


class Channel:
    name: ClassVar[str] = "manual"
    Options: ClassVar[type[BaseModel]] = ManualOptions
    wants_parts: ClassVar[bool] = False
    # Its deliveries wait for a person: nothing is opened, and no worker takes them.
    by_hand: ClassVar[bool] = True
    depth = 1
    signs = False

    def __init__(self, options: ManualOptions, *, timer: Timer | None = None) -> None:
        del timer
        self.signature = options.signature

    def connect(self) -> NoReturn:
        raise ChannelFault(
            worded("People do this by hand; no program can send through it."),
            again_after=None,
        )
