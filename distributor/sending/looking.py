"""Looking: what the checks would find if a release were planned so; nothing is planned."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core import zones
from core.models import Release
from core.releases import found_release
from core.settings import Settings
from core.zones import ZoneRules
from distributor.checks.base import Finding, SenderDomain
from distributor.contacts import lists
from distributor.contacts.suppression import suppressed
from distributor.models import MailingList
from distributor.sending import audience, plan, preflight
from distributor.sending.freezing import Terms
from distributor.sending.hours import Leaving


def look(
    session: Session,
    *,
    release_id: int,
    list_name: str | None,
    wall: datetime | None,
    zone: str,
    channel: str,
    settings: Settings,
    zone_rules: ZoneRules,
    domain: SenderDomain | None,
    now: datetime,
) -> Sequence[Finding]:
    """Check what is known: without an hour no hour, without a list no audience."""
    release = found_release(session, release_id)
    leaving = None
    if wall is not None:
        due_at = zones.moment_of(wall, zone)
        leaving = Leaving(wall=wall, zone=zone, due_at=due_at)
    mailing_list = lists.by_name(session, list_name) if list_name else None
    chosen = (
        _audience(session, release, mailing_list, leaving, settings)
        if mailing_list and release.versions
        else None
    )
    draft = preflight.Draft(
        wall=leaving.wall if leaving else None,
        zone=zone,
        due_at=leaving.due_at if leaving else None,
        channel=channel,
        mailing_list_id=mailing_list.id if mailing_list else None,
        recipients=Counter(one.language for one in chosen.recipients)
        if chosen
        else None,
        left_out=Counter(one.reason for one in chosen.left_out) if chosen else {},
    )
    return preflight.examine(
        session,
        release=release,
        draft=draft,
        settings=settings,
        zone_rules=zone_rules,
        domain=domain,
        now=now,
    )


def _audience(
    session: Session,
    release: Release,
    mailing_list: MailingList,
    leaving: Leaving | None,
    settings: Settings,
) -> audience.Audience:
    """Whom the list reaches; without an hour, quiet hours keep nobody out."""
    listed = plan.candidates(session, lists.members(session, mailing_list))
    return audience.choose(
        listed,
        suppressed=suppressed(session, [one.address_key for one in listed]),
        available={version.language for version in release.versions},
        courtesy=plan.courtesy(session, leaving, Terms(), settings)
        if leaving
        else None,
    )
