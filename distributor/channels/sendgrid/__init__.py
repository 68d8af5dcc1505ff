"""Channel sendgrid: hands a letter and up to 1,000 recipients to SendGrid in one request.

options -> connection (payload) -> api -> answers; batches are what it keeps for its hour.
"""

import json
import threading
from collections.abc import Collection
from http import HTTPStatus
from typing import ClassVar

from core.clock import SystemTimer, Timer
from distributor.channels.base import ChannelFault
from distributor.channels.sendgrid import batches
from distributor.channels.sendgrid.answers import SOON, judge
from distributor.channels.sendgrid.api import Answer, AnswerLost, Api, NotSent
from distributor.channels.sendgrid.batches import Cancelled
from distributor.channels.sendgrid.connection import Caution, Connection, unreachable
from distributor.channels.sendgrid.options import SendgridOptions


class Channel:
    name: ClassVar[str] = "sendgrid"
    Options: ClassVar[type[SendgridOptions]] = SendgridOptions
    wants_parts: ClassVar[bool] = True

    def __init__(self, options: SendgridOptions, *, timer: Timer | None = None) -> None:
        self.depth = options.batch
        self.signs = options.signs
        self._options = options
        self._timer = timer or SystemTimer()
        self._api = Api(
            key=options.key.get_secret_value(),
            address=options.address,
            timeout=options.timeout,
        )
        self._caution = Caution()
        # Whether the key was asked for its rights: a dispatch must not begin to find out.
        self._is_known = threading.Event()

    def connect(self) -> Connection:
        if not self._is_known.is_set():
            self._ask_for_rights()
            self._is_known.set()
        return Connection(
            self._api, self._options, timer=self._timer, caution=self._caution
        )

    def cancel_batch(self, name: str) -> tuple[Cancelled, str]:
        """Cancel what is kept for its hour (S7); answers with the provider's words."""
        return batches.cancel(self._api, name)

    def _ask_for_rights(self) -> None:
        try:
            answer = self._api.get("scopes")
        except NotSent as error:
            raise unreachable(error) from error
        except AnswerLost as error:
            raise ChannelFault(
                f"SendGrid does not answer: {error}. It is tried again by itself.",
                again_after=SOON,
            ) from error
        scopes = _scopes(answer)
        if scopes is None:
            raise judge(answer, stamp=self._timer.stamp()).fault or ChannelFault(
                "SendGrid does not say what our key may do. It is asked again by itself.",
                again_after=SOON,
            )
        if "mail.send" not in scopes:
            raise ChannelFault(
                "SendGrid does not let our key send mail. Give the key that right, then "
                "resume.",
                again_after=None,
            )


def _scopes(answer: Answer) -> Collection[str] | None:
    """What the key may do, or nothing when the answer does not say."""
    if answer.status != HTTPStatus.OK:
        return None
    try:
        scopes = json.loads(answer.body)["scopes"]
    except (ValueError, TypeError, KeyError):
        return None
    return scopes if isinstance(scopes, list) else None
