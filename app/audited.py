"""How the journal tells of each table. A table that is new has its place here, or a test says so.

What is told of a person are names of fields and keyed hashes, so that erasing them stays
possible. What has a trail of its own (deliveries, attempts, polls) is not told again.
"""

from collections.abc import Mapping
from typing import Final

from core.journal.telling import Act, Told, Values

_ABOUT_ACCOUNT: Final = "account:{account_id}"
_ABOUT_RELEASE: Final = "release:{release_id}"
_ABOUT_DISPATCH: Final = "dispatch:{dispatch_id}"
_ABOUT_COVERAGE: Final = "coverage:{coverage_id}"

PLAN: Final[Mapping[str, Told]] = {
    "account": Told(),
    "answer": Told(values=Values.HASHED, about=_ABOUT_RELEASE),
    "approval": Told(
        about=_ABOUT_DISPATCH, verbs={Act.ADDED: "dispatch.approved"}, by_jobs=True
    ),
    "api_token": Told(about=_ABOUT_ACCOUNT, without={"last_used_at"}),
    "attachment": Told(about=_ABOUT_RELEASE, without={"content"}),
    "byline": Told(only={"decision", "contact_id", "decided_by"}, state="decision"),
    "contact": Told(
        values=Values.HASHED, without={"address_key", "created_at", "updated_at"}
    ),
    "contact_batch": Told(),
    "coverage": Told(
        only={
            "article_id",
            "release_id",
            "label",
            "corrected",
            "decision",
            "because",
            "tone",
            "on_front",
        },
        state="decision",
    ),
    "delegation": Told(),
    "directory_name": Told(values=Values.HASHED, about=_ABOUT_ACCOUNT),
    "dispatch": Told(
        state="state",
        without={"left_out", "paused_at", "resume_at", "key", "reached_by"},
        by_jobs=True,
    ),
    "edition": Told(state="state", without={"edits", "whole", "content"}, by_jobs=True),
    "employment": Told(values=Values.HASHED, about="contact:{contact_id}"),
    "erasure": Told(values=Values.HASHED),
    "gathering": Told(about=_ABOUT_RELEASE),
    "goal": Told(about=_ABOUT_RELEASE),
    "key_message": Told(about=_ABOUT_RELEASE),
    "lifting": Told(values=Values.HASHED),
    "mailing_list": Told(),
    "membership": Told(about="mailing_list:{mailing_list_id}"),
    "outlet": Told(),
    "passkey": Told(about=_ABOUT_ACCOUNT, without={"uses", "used_at"}),
    "person_request": Told(
        values=Values.HASHED, state="outcome", without={"address_hash"}
    ),
    "publication": Told(about=_ABOUT_RELEASE),
    "reader_group": Told(),
    "recovery_code": Told(about=_ABOUT_ACCOUNT, without={"digest"}),
    "rectification": Told(about=_ABOUT_COVERAGE),
    "release": Told(),
    "release_comment": Told(about=_ABOUT_RELEASE),
    "release_profile": Told(about=_ABOUT_RELEASE, without={"edition"}),
    "restoration": Told(),
    "review_plan": Told(),
    "second_factor": Told(about=_ABOUT_ACCOUNT, without={"last_step"}),
    "signed_in": Told(
        about=_ABOUT_ACCOUNT,
        only={"how"},
        verbs={Act.ADDED: "account.signed-in", Act.REMOVED: "account.signed-out"},
    ),
    "source": Told(only={"outlet_id", "kind", "url", "options"}),
    "story_said": Told(about=_ABOUT_COVERAGE),
    "suppression": Told(values=Values.HASHED),
    "version": Told(about=_ABOUT_RELEASE, without={"dropped"}),
    "waiver": Told(about=_ABOUT_DISPATCH, verbs={Act.ADDED: "dispatch.waived"}),
    "walk_in": Told(values=Values.HASHED, about=_ABOUT_RELEASE),
    "watch": Told(without={"looked_back_to"}),
    "webhook": Told(without={"failing_since"}),
}

# Rows that machines write all day, or that are themselves the trail of what was done.
UNTOLD: Final = frozenset(
    {
        "account_preference",
        "alert",
        "article",
        "article_address",
        "article_version",
        "attempt",
        "batch",
        "body",
        "body_file",
        "contact_change",
        "contact_file",
        "coverage_decision",
        "delivery",
        "event",
        "job_pulse",
        "journal_line",
        "journal_seal",
        "look_back",
        "one_time",
        "poll",
        "printed_article",
        "published_file",
        "published_text",
        "repeat",
        "sighting",
        "sketch",
        "story",
        "test_mail",
        "version_edit",
        "version_pair",
        "watch_match",
        "webhook_call",
        "webhook_event",
        "webhook_mark",
    }
)
