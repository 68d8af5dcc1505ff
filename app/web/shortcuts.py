"""Which key does what on the screens that are worked by key: the usual ones, and a person's own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.accounts.preferences import prefer, preferred
from core.errors import BadInput
from core.i18n import N_, Words
from core.models import Account
from core.wording import worded

_NAME: Final = "keys"
_SHIFT: Final = "Shift+"
_MOST: Final = 3  # keys of one action
# Actions in the order of the page, with the keys they have until somebody says otherwise.
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "next": ("j", "n"),
    "previous": ("k", "p"),
    "accept": ("a", "y"),
    "accept-group": ("Shift+a", "Shift+y"),
    "reject": ("x",),
    "copy": ("d",),
    "move": ("e",),
    "tone": ("t",),
    "front": ("u",),
    "rectify": ("r",),
    "undo": ("z",),
    "open": ("o", "v"),
    "search": ("/",),
    "help": ("?",),
}
_CAPTIONS: Final[Mapping[str, str]] = {
    "next": N_("The next one"),
    "previous": N_("The one before"),
    "accept": N_("Confirm this coverage"),
    "accept-group": N_("Confirm it with its copies"),
    "reject": N_("Reject it; then a figure says why"),
    "copy": N_("It is a copy of another"),
    "move": N_("It covers another release"),
    "tone": N_("Another tone: positive, neutral, negative, not said"),
    "front": N_("It was on the front page, or not"),
    "rectify": N_("Note an error in it"),
    "undo": N_("Take the last decision back"),
    "open": N_("Open the article in a new tab"),
    "search": N_("Search"),
    "help": N_("Show the keys"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcuts:
    """The keys of one person, by action; none of them works while `is_on` is False."""

    is_on: bool
    keys: Mapping[str, Sequence[str]]

    @property
    def as_data(self) -> str:
        """What a script reads of the page: each key with its action, as JSON."""
        by_key = {key: name for name, keys in self.keys.items() for key in keys}
        return json.dumps(by_key if self.is_on else {}, ensure_ascii=False)

    def first(self, action: str) -> str:
        """The key a button shows; empty while it has none."""
        keys = self.keys[action]
        return keys[0] if self.is_on and keys else ""


def of_account(session: Session, account: Account) -> Shortcuts:
    kept = preferred(session, account.id, _NAME)
    own: Mapping[str, Any] = kept.get("keys", {})
    return Shortcuts(
        is_on=not kept.get("off", False),
        keys={name: tuple(own.get(name, usual)) for name, usual in USUAL.items()},
    )


def keep(
    session: Session, account: Account, *, is_on: bool, typed: Mapping[str, str]
) -> None:
    """Keep the keys as they were typed, a space between. Raises BadInput by action."""
    keys = {name: _read(name, typed.get(name, "")) for name in USUAL}
    whose: dict[str, str] = {}
    for name, own in keys.items():
        for key in own:
            if key in whose:
                raise BadInput(
                    worded("This key does something else already."),
                    to=name,
                    mend=worded("Give another one, or take it away there first."),
                )
            whose[key] = name
    changed = {name: list(own) for name, own in keys.items() if own != USUAL[name]}
    value: dict[str, Any] = {"keys": changed} if changed else {}
    prefer(session, account.id, _NAME, value if is_on else value | {"off": True})


def reset(session: Session, account: Account) -> None:
    """Back to the usual keys, switched on."""
    prefer(session, account.id, _NAME, {})


def captions(said: Words) -> Mapping[str, str]:
    return {name: said.gettext(caption) for name, caption in _CAPTIONS.items()}


def _read(name: str, typed: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(_key(name, one) for one in typed.split()))
    if len(keys) > _MOST:
        raise BadInput(
            worded("These are too many keys."),
            to=name,
            mend=worded("Give three at most."),
        )
    return keys


def _key(name: str, typed: str) -> str:
    """One key as scripts name it: a letter is small, and says Shift apart."""
    shift, sign = "", typed
    if typed.casefold().startswith(_SHIFT.casefold()) and len(typed) > len(_SHIFT):
        shift, sign = _SHIFT, typed[len(_SHIFT) :]
    elif len(typed) == 1 and typed != typed.lower():
        shift = _SHIFT
    if len(sign) != 1 or not sign.isprintable():
        raise BadInput(
            worded("This is no single key."),
            to=name,
            mend=worded(
                "Type one sign, or Shift+ and a letter; a space parts two keys."
            ),
        )
    if sign.isdigit() or (shift and not sign.isalpha()):
        raise BadInput(
            worded("Figures choose a reason, and Shift goes with letters alone."),
            to=name,
            mend=worded(
                "Type one sign, or Shift+ and a letter; a space parts two keys."
            ),
        )
    return shift + sign.lower()
