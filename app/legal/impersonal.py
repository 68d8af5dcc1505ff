"""Columns that may hold words and hold nothing of people: codes, hashes, titles, addresses of sites."""

from collections.abc import Mapping
from typing import Final

_GIVEN: Final[Mapping[str, str]] = {
    "alert": "rule about fields",
    "approval": "seal",
    "article": "language published_as text_from text_hash etag last_modified",
    "article_version": "change text_hash",
    "attachment": "language role file_name media_type digest",
    "attempt": "channel digest verdict reference",
    "batch": "name",
    "body": "language",
    "body_file": "file_name media_type content_id digest",
    "byline": "decision",
    "contact_batch": "kind file_name list_name",
    "contact_file": "file_name digest list_name provenance choices numbers",
    "coverage": "label corrected signs decision tone",
    "coverage_decision": "decision corrected rejection label signs",
    "delivery": "lease",
    "dispatch": "about purpose reached_by step channel channels mode zone zone_rules "
    "release_seal seal state findings key",
    "edition": "key state",
    "event": "channel key",
    "job_pulse": "name fault",
    "journal_line": "via what previous_hash hash",
    "journal_seal": "hash key signature",
    "key_message": "language",
    "look_back": "seal",
    "mailing_list": "name rule",
    "outlet": "name name_ar language kind homepage region known",
    "poll": "outcome fault detail",
    "publication": "slug seal number kind place zone",
    "published_file": "language role file_name media_type digest",
    "published_text": "language",
    "reader_group": "name channel layout sections kinds",
    "rectification": "redress",
    "release": "number kind place zone",
    "release_comment": "language",
    "repeat": "key what digest place",
    "review_plan": "parts",
    "sketch": "prints",
    "source": "kind url domain state fault detail lease etag last_modified moved_to "
    "body_hash profile",
    "story": "agency",
    "test_mail": "seal language",
    "version": "language file_name dropped",
    "version_edit": "language",
    "version_pair": "one other",
    "waiver": "check seal",
    "walk_in": "key",
    "webhook": "url secret events",
    "webhook_call": "state lease fault",
    "webhook_event": "uuid kind key fields",
    "webhook_mark": "kind holding",
}

IMPERSONAL: Final[Mapping[str, frozenset[str]]] = {
    table: frozenset(columns.split()) for table, columns in _GIVEN.items()
}
