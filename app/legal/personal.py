"""Where data of people stands: every column that holds some, for what, and what erasing does to it.

The register, a person's own file, erasing and their tests read this one map. A column that
may hold words, or that points at a person, is here or in `impersonal`; else a test says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Use(StrEnum):
    """What data is kept for: a processing of the register."""

    PRESS = "press"
    EVENTS = "events"
    REVIEW = "review"
    RELEASES = "releases"
    RIGHTS = "rights"
    STAFF = "staff"


class Sort(StrEnum):
    """What sort of data it is."""

    IDENTITY = "identity"
    ADDRESS = "address"
    TELEPHONE = "telephone"
    WORK = "work"
    CHOICES = "choices"
    ORIGIN = "origin"
    MESSAGES = "messages"
    ATTENDANCE = "attendance"
    VEHICLE = "vehicle"
    OPPOSITION = "opposition"
    REQUESTS = "requests"
    BYLINES = "bylines"
    PRESS_TEXT = "press-text"
    OWN_TEXT = "own-text"
    SIGN_IN = "sign-in"
    DEEDS = "deeds"
    # Words that somebody typed, in which people may be named.
    REMARKS = "remarks"


class Erasing(StrEnum):
    """What erasing a contact does to a column."""

    # The row goes, or the value: nothing of the person is left in it.
    GONE = "gone"
    # Only a hash of the address is left.
    HASHED = "hashed"
    # Words that somebody typed: those that name the person are shown, and a person decides.
    SHOWN = "shown"
    # It is no contact's, or the archive of what was published and done.
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Held:
    use: Use
    sort: Sort
    erasing: Erasing


Columns = Mapping[str, Held]


def _held(use: Use, erasing: Erasing, **sorts: str) -> dict[str, Held]:
    """*sorts* are sorts of data by name, each with its columns parted by spaces."""
    return {
        column: Held(use, Sort(sort.replace("_", "-")), erasing)
        for sort, columns in sorts.items()
        for column in columns.split()
    }


def _press(**sorts: str) -> dict[str, Held]:
    return _held(Use.PRESS, Erasing.GONE, **sorts)


def _events(**sorts: str) -> dict[str, Held]:
    return _held(Use.EVENTS, Erasing.GONE, **sorts)


def _rights(erasing: Erasing, **sorts: str) -> dict[str, Held]:
    return _held(Use.RIGHTS, erasing, **sorts)


def _review(**sorts: str) -> dict[str, Held]:
    return _held(Use.REVIEW, Erasing.STAYS, **sorts)


def _releases(**sorts: str) -> dict[str, Held]:
    return _held(Use.RELEASES, Erasing.STAYS, **sorts)


def _staff(columns: str = "", **sorts: str) -> dict[str, Held]:
    """Without a sort: who did something."""
    told = {"deeds": columns, **sorts}
    return _held(Use.STAFF, Erasing.STAYS, **told)


def _remarks(use: Use, columns: str) -> dict[str, Held]:
    return _held(use, Erasing.SHOWN, remarks=columns)


_CONTACTS: Final[Mapping[str, Columns]] = {
    "contact": _press(
        identity="name",
        address="address address_key",
        telephone="phone",
        work="kind outlet beats",
        choices="languages quiet_from quiet_until paused_until",
        origin="provenance consent consent_at created_at updated_at",
    ),
    "employment": _press(work="contact_id outlet since until"),
    "membership": _press(work="contact_id"),
    "contact_change": _press(origin="contact_id before after"),
    "contact_batch": _staff("account_id"),
    "contact_file": _press(origin="content left_over") | _staff("account_id"),
    "delivery": _press(
        identity="contact_id name",
        address="address address_key",
        choices="language",
        messages="reason",
    )
    | _held(Use.PRESS, Erasing.STAYS, messages="state token"),
    "attempt": _press(messages="answer")
    | _held(Use.PRESS, Erasing.STAYS, messages="delivery_id"),
    "event": _press(messages="detail")
    | _held(Use.PRESS, Erasing.STAYS, messages="delivery_id kind"),
    "dispatch": _press(messages="left_out")
    | _staff("planned_by")
    | _remarks(Use.PRESS, "reason"),
    "suppression": _rights(Erasing.GONE, opposition="address_key")
    | _rights(Erasing.HASHED, opposition="address_hash")
    | _remarks(Use.RIGHTS, "reason"),
    "lifting": _rights(Erasing.HASHED, opposition="address_hash")
    | _remarks(Use.RIGHTS, "reason because")
    | _staff("account_id"),
    "erasure": _rights(Erasing.HASHED, opposition="address_hash"),
    "person_request": _rights(Erasing.GONE, requests="address note")
    | _rights(Erasing.HASHED, requests="address_hash")
    | _held(Use.RIGHTS, Erasing.STAYS, requests="kind came_by outcome")
    | _staff("noted_by answered_by"),
}

_EVENTS: Final[Mapping[str, Columns]] = {
    "answer": _events(
        attendance="contact_id answer before crew_size crew equipment",
        vehicle="plate",
    )
    | _staff("said_by"),
    "walk_in": _events(identity="name", work="outlet", vehicle="plate")
    | _staff("noted_by"),
    "gathering": _releases(own_text="programme entrance") | _staff("changed_by"),
}

_PRESS: Final[Mapping[str, Columns]] = {
    "article": _review(
        bylines="author",
        press_text="url title section image excerpt full_text",
    ),
    "article_address": _review(press_text="url"),
    "article_version": _review(press_text="title full_text url"),
    "byline": _held(Use.REVIEW, Erasing.GONE, bylines="contact_id name reasons")
    | _staff("decided_by"),
    "coverage": _review(press_text="reasons passages")
    | _remarks(Use.REVIEW, "because")
    | _staff("decided_by"),
    "coverage_decision": _remarks(Use.REVIEW, "because") | _staff("by"),
    "rectification": _remarks(Use.REVIEW, "wrong right") | _staff("noted_by"),
    "story_said": _staff("by ended_by"),
    "watch": _review(press_text="name query") | _staff("created_by"),
    "watch_match": _review(press_text="passages"),
    "release_profile": _review(press_text="parts") | _staff("edited_by"),
    "source": _remarks(Use.REVIEW, "options"),
    "edition": _review(press_text="edits whole content")
    | _remarks(Use.REVIEW, "because")
    | _staff("validated_by"),
    "reader_group": _staff("made_by"),
    "review_plan": _staff("edited_by"),
    "body": _review(press_text="subject plain page"),
    "body_file": _review(press_text="content"),
    "goal": _releases(own_text="objective audience") | _staff("set_by"),
    "key_message": _releases(own_text="text") | _staff("set_by"),
}

_RELEASES: Final[Mapping[str, Columns]] = {
    "release": _releases(
        identity="signatory press_contact",
        telephone="press_phone",
        address="press_email",
    )
    | _staff("author_id"),
    "version": _releases(own_text="title body"),
    "version_edit": _releases(own_text="title body") | _staff("account_id"),
    "version_pair": _staff("account_id"),
    "attachment": _releases(own_text="alternative content"),
    "publication": _releases(
        identity="signatory press_contact",
        telephone="press_phone",
        address="press_email",
    )
    | _staff("asked_by decided_by withdrawn_by")
    | _remarks(Use.RELEASES, "note withdrawn_why"),
    "published_text": _releases(own_text="title body found_by"),
    "published_file": _releases(
        identity="credit", own_text="alternative content small"
    ),
    "release_comment": _remarks(Use.RELEASES, "text")
    | _staff("account_id resolved_by"),
    "test_mail": _press(address="address") | _staff("account_id"),
}

_STAFF: Final[Mapping[str, Columns]] = {
    "account": _staff(identity="name", work="role", sign_in="password_hash token_hash"),
    "account_preference": _staff(choices="account_id name value"),
    "api_token": _staff(sign_in="account_id name scopes token_hash"),
    "directory_name": _staff(sign_in="account_id issuer subject"),
    "passkey": _staff(sign_in="account_id name credential public_key"),
    "recovery_code": _staff(sign_in="account_id digest"),
    "second_factor": _staff(sign_in="account_id secret"),
    "signed_in": _staff(sign_in="account_id digest how agent"),
    "one_time": _staff(sign_in="account_id purpose digest kept"),
    "approval": _staff("account_id"),
    "delegation": _staff("from_account_id to_account_id"),
    "waiver": _staff("account_id") | _remarks(Use.STAFF, "reason"),
    "repeat": _press(origin="answer") | _staff("account_id"),
    "webhook": _staff("made_by"),
    "journal_line": _staff("by about before after"),
}

PERSONAL: Final[Mapping[str, Columns]] = {
    **_CONTACTS,
    **_EVENTS,
    **_PRESS,
    **_RELEASES,
    **_STAFF,
}


def columns(use: Use | None = None) -> Iterator[tuple[str, str, Held]]:
    """Each column that holds data of people, of one use or of all, with its table."""
    for table, held in PERSONAL.items():
        for column, one in held.items():
            if use is None or one.use is use:
                yield table, column, one
