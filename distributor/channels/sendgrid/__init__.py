"""Channel sendgrid: hands a letter and up to 1,000 recipients to SendGrid in one request.

options -> connection (payload) -> api -> answers; batches are what it keeps for its hour.
"""

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from core.clock import SystemTimer, Timer
from core.wording import worded
from distributor.channels.base import ChannelFault
from distributor.channels.sendgrid import batches, suppressions
from distributor.channels.sendgrid.answers import SOON, judge
from distributor.channels.sendgrid.api import Answer, AnswerLost, Api, NotSent
from distributor.channels.sendgrid.batches import Cancelled
from distributor.channels.sendgrid.connection import Caution, Connection, unreachable
from distributor.channels.sendgrid.options import SendgridOptions
from distributor.channels.sendgrid.suppressions import Listed


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

    def listed(self, since: datetime | None) -> Iterator[Listed]:
        """Whom the provider does not mail any more. Raises Unavailable."""
        return suppressions.listed(
            self._api, group=self._options.unsubscribe_group, since=since
        )

    def oppose(self, addresses: Sequence[str]) -> int:
        """Tell the provider's group whom not to mail; answers how many were new to it.

        Nothing is told where no group was chosen: the addresses would go abroad unasked.
        """
        group = self._options.unsubscribe_group
        if not group or not addresses:
            return 0
        known = {one.lower() for one in suppressions.members(self._api, group)}
        new = [address for address in addresses if address.lower() not in known]
        suppressions.join(self._api, group, new)
        return len(new)

    def _ask_for_rights(self) -> None:
        try:
            answer = self._api.get("scopes")
        except NotSent as error:
            raise unreachable(error) from error
        except AnswerLost as error:
            raise ChannelFault(
                worded(
                    "SendGrid does not answer: %(error)s. It is tried again by itself.",
                    error=str(error),
                ),
                again_after=SOON,
            ) from error
        scopes = _scopes(answer)
        if scopes is None:
            raise judge(answer, stamp=self._timer.stamp()).fault or ChannelFault(
                worded(
                    "SendGrid does not say what our key may do. It is asked again by itself."
                ),
                again_after=SOON,
            )
        if "mail.send" not in scopes:
            raise ChannelFault(
                worded(
                    "SendGrid does not let our key send mail. Give the key that right, then "
                    "resume."
                ),
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
