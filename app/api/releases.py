"""Releases: the list, one with its versions and files, made, rewritten and checked."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response, UploadFile
from pydantic import Field
from sqlalchemy.orm import Session

import distributor.report
from app.api import files
from app.api.callers import Caller, Reader, Writer
from app.api.kinds import (
    Address,
    After,
    Given,
    Id,
    Limit,
    Line,
    Page,
    Text,
    WallTime,
    Zone,
    after_id,
    page,
)
from app.api.repeating import Route
from app.telling import dispatches as telling_dispatches
from app.telling import releases as telling
from app.telling.dispatches import FindingRow
from app.telling.releases import AttachmentRow, ReleaseRow, VersionRow
from core.errors import NotFound
from core.i18n import words
from core.models import Attachment, Release
from core.releases import found_release
from core.values import Language, ReleaseKind
from core.wording import worded
from core.zones import parse_wall
from distributor.releases import attaching, importing, rewriting
from distributor.releases.attaching import AttachmentRole
from distributor.report import ReleaseLine
from distributor.sending import sender_domain
from distributor.sending.looking import look
from distributor.sending.sealing import release_seal

routes = APIRouter(prefix="/releases", tags=["releases"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRelease(ReleaseRow):
    """A release with its texts, and its seal: any change breaks it."""

    seal: str
    versions: Sequence[VersionRow]


class GivenVersion(Given):
    language: Language = Field(examples=["fr"])
    title: Line = Field(min_length=1, examples=["Rencontre des agences urbaines"])
    body: Text = Field(
        min_length=1,
        description="Markdown.",
        examples=["Le ministère réunit les agences urbaines à Rabat."],
    )


class NewRelease(Given):
    kind: ReleaseKind = Field(examples=["communique"])
    versions: Annotated[list[GivenVersion], Field(min_length=1, max_length=4)]
    number: Line = Field("auto", description="Like 112/2026; the next of the year.")
    zone: Zone = ""
    embargo: WallTime | None = None
    event_at: WallTime | None = None
    place: Line = ""
    signatory: Line = ""
    press_contact: Line = ""
    press_phone: Line = ""
    press_email: Address = ""
    parent: Line = Field("", description="What it corrects, cancels or reminds of.")


class RewrittenVersion(Given):
    title: Line = Field(min_length=1)
    body: Text = Field(min_length=1, description="Markdown.")
    seal: str = Field(
        "",
        max_length=64,
        description="The release's seal as you read it; needed where the version is "
        "there already, so that nobody else's words are lost.",
    )


@routes.get("", summary="List releases, newest first")
def listed(
    caller: Reader,
    kind: ReleaseKind | None = None,
    after: After = "",
    limit: Limit = 50,
) -> Page[ReleaseLine]:
    with caller.office.database.read() as session:
        found = distributor.report.releases(
            session, kind=kind or "", before=after_id(after), most=limit + 1
        )
    return page(found, limit, lambda one: [one.id])


@routes.post("", status_code=201, summary="Make a release from Markdown")
def make(caller: Writer, given: NewRelease, response: Response) -> WholeRelease:
    """Its author is who calls: that person cannot approve what sends it."""
    office = caller.office
    office_zone = office.settings.organisation.zone
    with office.database.write() as session:
        made = importing.store(
            session,
            number=given.number,
            kind=given.kind,
            versions=[
                importing.ImportedVersion(
                    language=one.language,
                    title=one.title,
                    body=one.body,
                    file_name=f"api.{one.language}.md",
                )
                for one in given.versions
            ],
            zone=given.zone or office_zone,
            office_zone=office_zone,
            embargo_wall=parse_wall(given.embargo) if given.embargo else None,
            event_wall=parse_wall(given.event_at) if given.event_at else None,
            details=importing.Details(
                place=given.place,
                signatory=given.signatory,
                press_contact=given.press_contact,
                press_phone=given.press_phone,
                press_email=given.press_email,
                parent=given.parent,
                author_id=caller.account.id,
            ),
            now=office.clock.now(),
        )
        session.flush()
        response.headers["Location"] = f"/api/v1/releases/{made.id}"
        return _whole(caller, session, made.id)


@routes.get("/{release_id}", summary="One release with its texts and files")
def one(caller: Reader, release_id: Id) -> WholeRelease:
    with caller.office.database.read() as session:
        return _whole(caller, session, release_id)


@routes.put("/{release_id}/versions/{language}", summary="Write a version")
def rewrite(
    caller: Writer, release_id: Id, language: Language, given: RewrittenVersion
) -> WholeRelease:
    """A plan that was made before is no longer sealed. A text that left is corrected instead."""
    with caller.office.database.write() as session:
        release = found_release(session, release_id)
        rewriting.put_version(
            session,
            release,
            language,
            title=given.title,
            body=given.body,
            seen=given.seal,
            seal=release_seal(release, caller.office.settings),
            by=caller.account,
            now=caller.office.clock.now(),
        )
        return _whole(caller, session, release_id)


@routes.get("/{release_id}/attachments", summary="The files of a release")
def attachments(caller: Reader, release_id: Id) -> Sequence[AttachmentRow]:
    with caller.office.database.read() as session:
        return telling.release(found_release(session, release_id)).attachments


@routes.post(
    "/{release_id}/attachments",
    status_code=201,
    summary="Add a file to a release",
    max_body_size=files.MOST_BYTES,
)
def attach(
    caller: Writer,
    release_id: Id,
    file: UploadFile,
    *,
    role: Annotated[AttachmentRole, Form()] = AttachmentRole.ANNEX,
    language: Annotated[Language | None, Form()] = None,
    alternative: Annotated[
        Line, Form(description="What a picture shows, for those who do not see it.")
    ] = "",
) -> AttachmentRow:
    """A plan that was made before is no longer sealed."""
    with files.received(caller.office, file) as path:
        given = f"{path}:{language}" if language else str(path)
        attached = attaching.read(given, role, alternative=alternative)
    with caller.office.database.write() as session:
        made = attaching.add(session, found_release(session, release_id), attached)
        return telling.attachment(made)


@routes.get(
    "/{release_id}/attachments/{attachment_id}",
    summary="One file as it is sent",
    response_class=Response,
    responses=files.ANY_FILE,
)
def attachment(caller: Reader, release_id: Id, attachment_id: Id) -> Response:
    with caller.office.database.read() as session:
        found = session.get(Attachment, attachment_id)
        if found is None or found.release_id != release_id:
            raise NotFound(
                worded(
                    "Release %(release_id)s has no file %(attachment_id)s.",
                    release_id=release_id,
                    attachment_id=attachment_id,
                ),
                to="attachment",
                mend=worded("See its attachments."),
            )
        return files.download(
            found.content, name=found.file_name, media_type=found.media_type
        )


@routes.get("/{release_id}/findings", summary="What the pre-flight checks find")
def findings(
    caller: Reader,
    release_id: Id,
    *,
    mailing_list: Line = "",
    at: WallTime | None = None,
    zone: Zone = "",
    channel: Line = "",
) -> Sequence[FindingRow]:
    """`red` would block it, `amber` needs a reason. Plans nothing."""
    office = caller.office
    wall = parse_wall(at) if at else None
    domain = sender_domain.look_up(
        office.settings, channel=channel, resolver=office.resolver
    )
    with office.database.read() as session:
        found = look(
            session,
            release_id=release_id,
            list_name=mailing_list or None,
            wall=wall,
            zone=zone or office.settings.organisation.zone,
            channel=channel,
            settings=office.settings,
            zone_rules=office.zone_rules,
            domain=domain,
            now=office.clock.now(),
        )
    said = words(Language(office.settings.language))
    return telling_dispatches.findings(found, said)


def _whole(caller: Caller, session: Session, release_id: int) -> WholeRelease:
    row: Release = found_release(session, release_id)
    return WholeRelease(
        **_shallow(telling.release(row)),
        versions=telling.versions(row),
        seal=release_seal(row, caller.office.settings),
    )


def _shallow(row: ReleaseRow) -> dict[str, Any]:
    """Its fields as they are: what is inside them keeps its own kind."""
    return {one.name: getattr(row, one.name) for one in fields(row)}
