"""One release as a screen shows it: its texts and files, what was found, and the form that plans."""

from collections.abc import Sequence

from fastapi import Request, Response
from markdown_it import MarkdownIt
from markupsafe import Markup
from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from app.bootstrap import Office
from app.web import dispatch_view
from app.web.authors import wrote
from app.web.pages import Pages
from app.web.plan_form import PlanForm
from core.accounts import may
from core.errors import OfficeError
from core.models import Account, Version
from core.releases import found_release
from core.values import Language
from distributor.after.hearing import asks_to_come
from distributor.checks.base import Finding, SenderDomain
from distributor.contacts import lists
from distributor.sending import by_hand, standing
from distributor.sending.freezing import right_to_plan
from distributor.sending.looking import look
from distributor.states import Purpose

# Without raw HTML: what a release holds is text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def looked_at(
    session: Session,
    office: Office,
    release_id: int,
    form: PlanForm,
    domain: SenderDomain | None,
) -> Sequence[Finding]:
    """What the checks find in it and in what of the plan is known yet."""
    release = found_release(session, release_id)
    if not release.versions:
        return ()
    return look(
        session,
        release_id=release_id,
        # A reminder reaches the silent of another dispatch, whatever the list.
        list_name=None if form.purpose == Purpose.REMINDER else form.list or None,
        wall=form.wall(),
        zone=form.zone,
        channel=form.channel,
        settings=office.settings,
        zone_rules=office.zone_rules,
        domain=domain,
        now=office.clock.now(),
    )


def page(
    pages: Pages,
    request: Request,
    release_id: int,
    form: PlanForm,
    *,
    account: Account,
    checked: Sequence[Finding] = (),
    error: OfficeError | None = None,
    status: int = 200,
) -> Response:
    office = pages.office
    with office.database.read() as session:
        release = found_release(session, release_id)
        return pages.show(
            request,
            "release.html",
            account=account,
            status=status,
            release=release,
            versions=[_version(one) for one in release.versions],
            dispatches=distributor.report.dispatches(session, release_id=release_id),
            lines=monitor.report.coverage(session, release_id=release_id),
            wrote=wrote(session, release_id),
            asks_to_come=asks_to_come(release),
            lists=lists.all_lists(session),
            # What a program sends comes first: people call only when they mean to.
            channels=sorted(
                office.settings.channels, key=lambda one: (one == by_hand.CHANNEL, one)
            ),
            undo_minutes=office.settings.sending.undo_minutes,
            asks_reasons=standing.asks_reasons(office.settings),
            may_plan=may(account, right_to_plan(office.settings)),
            findings=dispatch_view.found_lines(checked, pages.words(request)),
            reasons=form.given(),
            form=form,
            error=error,
        )


def _version(version: Version) -> tuple[Version, Language, Markup]:
    body = Markup(_MARKDOWN.render(version.body))  # noqa: S704 - html is off
    return version, Language(version.language), body
