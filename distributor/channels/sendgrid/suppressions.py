"""Whom the provider will not mail any more, a page at a time; and whom we tell it not to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from core.errors import Unavailable
from core.wording import worded
from distributor.channels.sendgrid.answers import words
from distributor.channels.sendgrid.api import Answer, AnswerLost, Api, NotSent

# Its lists, and what being on one means here.
_LISTS: Final[Mapping[str, str]] = {
    "bounces": "bounced",
    "spam_reports": "complained",
    "unsubscribes": "unsubscribed",
}
_PAGE: Final = 500
# A list that never ends is cut: half a million addresses are more than any office has.
_MOST_PAGES: Final = 1000
_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Addresses of one page, and why the provider does not mail them."""

    reason: str
    addresses: Sequence[str]


def listed(api: Api, *, group: int, since: datetime | None) -> Iterator[Listed]:
    """What came onto the lists since then, and who is in *group* now. Raises Unavailable."""
    for name, reason in _LISTS.items():
        for page in range(_MOST_PAGES):
            query = {"limit": _PAGE, "offset": page * _PAGE}
            if since is not None:
                query["start_time"] = int(since.timestamp())
            rows = _asked(api, f"suppression/{name}", query)
            yield Listed(
                reason=reason,
                addresses=[
                    row["email"]
                    for row in rows
                    if isinstance(row, dict) and isinstance(row.get("email"), str)
                ],
            )
            if len(rows) < _PAGE:
                break
    if group:
        yield Listed(reason="unsubscribed", addresses=members(api, group))


def members(api: Api, group: int) -> Sequence[str]:
    """Who is in an unsubscribe group: the API answers with all of them. Raises Unavailable."""
    rows = _asked(api, f"asm/groups/{group}/suppressions", {})
    return [address for address in rows if isinstance(address, str)]


def join(api: Api, group: int, addresses: Sequence[str]) -> None:
    """Put addresses into an unsubscribe group. Raises Unavailable."""
    for start in range(0, len(addresses), _AT_ONCE):
        body = {"recipient_emails": list(addresses[start : start + _AT_ONCE])}
        path = f"asm/groups/{group}/suppressions"
        try:
            answer = api.post(path, body)
        except (NotSent, AnswerLost) as error:
            raise _unavailable(path, str(error)) from error
        if answer.status != HTTPStatus.CREATED:
            raise _unavailable(path, words(answer))


def _asked(api: Api, path: str, query: Mapping[str, object]) -> list[Any]:
    try:
        answer = api.get(path, query)
    except (NotSent, AnswerLost) as error:
        raise _unavailable(path, str(error)) from error
    rows = _rows(answer)
    if rows is None:
        raise _unavailable(path, words(answer))
    return rows


def _rows(answer: Answer) -> list[Any] | None:
    if answer.status != HTTPStatus.OK:
        return None
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, list) else None


def _unavailable(path: str, said: str) -> Unavailable:
    return Unavailable(
        worded(
            "SendGrid's suppressions cannot be compared with ours: %(said)s.", said=said
        ),
        to=path,
        mend=worded(
            "It is tried again by itself. If it stays, check that the channel's key may read suppressions, and that its unsubscribe_group exists."
        ),
    )
