"""L2 to L6 as checks: each answers (what is broken, the rows that show it)."""

from collections import Counter, defaultdict
from datetime import timedelta

from sqlalchemy import func, select

import monitor.report
from core.models import Outlet
from monitor.catalogue.licences import licensed
from monitor.intake import dates
from monitor.intake.poll import NEVER
from monitor.models import (
    Article,
    ArticleVersion,
    Poll,
    Source,
    Story,
    StorySaid,
    Watch,
    WatchMatch,
)
from monitor.states import PollOutcome, SourceState

_MOST_EXCERPT = 300
# The job that forgets looks each hour; a machine that is down forgets when it is back.
_FORGETS_WITHIN = timedelta(hours=6)
_READABLE = (PollOutcome.READ, PollOutcome.UNCHANGED)
_FINE = (SourceState.OK, SourceState.NEW, SourceState.QUIET)
_DAY = timedelta(days=1)


def an_article_is_there_once(look):
    """The index keeps addresses apart; what a site decorates them with must not."""
    rows = look.session.execute(select(Article.id, Article.outlet_id, Article.url))
    known = defaultdict(list)
    for row in rows:
        known[row.outlet_id, row.url.partition("?")[0].partition("#")[0]].append(row.id)
    for (outlet, url), ids in known.items():
        if len(ids) > 1:
            yield (
                "one article is kept twice",
                {
                    "outlet": outlet,
                    "url": url,
                    "articles": ids,
                },
            )


def a_story_counts_its_articles(look):
    counted = dict(
        look.session.execute(
            select(Article.story_id, func.count())
            .where(Article.story_id.is_not(None))
            .group_by(Article.story_id)
        ).all()
    )
    stories = dict(look.session.execute(select(Story.id, Story.articles)).all())
    for story in counted.keys() - stories.keys():
        yield "an article is in a story that is not there", {"story": story}
    for story, said in stories.items():
        if said != counted.get(story, 0):
            yield (
                "a story counts others than it has",
                {
                    "story": story,
                    "says": said,
                    "has": counted.get(story, 0),
                },
            )


def a_story_begins_with_its_origin(look):
    """The agency's own where one has it, else none that appeared before it."""
    said = set(look.session.scalars(select(StorySaid.story_id)))
    said |= set(look.session.scalars(select(StorySaid.was_id)))
    rows = look.session.execute(
        select(
            Story.id.label("story"),
            Story.origin_id,
            Article.id,
            Article.published_at,
            Article.published_as,
            Article.first_seen_at,
            Outlet.kind,
        )
        .join(Article, Article.story_id == Story.id)
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(Story.articles > 1, Story.id.not_in(said - {None}))
    )
    members = defaultdict(list)
    for row in rows:
        members[row.story, row.origin_id].append(row)
    for (story, origin_id), those in members.items():
        yield from _origin_faults(story, origin_id, those)


def _origin_faults(story, origin_id, those):
    origin = next((one for one in those if one.id == origin_id), None)
    if origin is None:
        yield "a story's origin is not in it", {"story": story, "origin": origin_id}
        return
    has_agency = any(one.kind == "agency" for one in those)
    if has_agency != (origin.kind == "agency"):
        yield "an agency's text begins elsewhere", {"story": story, "origin": origin_id}
        return
    rivals = [one for one in those if one.kind == origin.kind or not has_agency]
    first = min(rivals, key=_appeared)
    if _appeared(first) < _appeared(origin):
        yield (
            "a story's origin is not its earliest",
            {
                "story": story,
                "origin": origin_id,
                "earlier": first.id,
            },
        )


def _appeared(row):
    return dates.appeared(
        row.published_at, row.published_as, first_seen_at=row.first_seen_at
    )


def a_source_that_was_not_read_is_not_called_well(look):
    """By the last look at it, and by the review's own line of completeness."""
    last = select(func.max(Poll.id)).group_by(Poll.source_id)
    rows = look.session.execute(
        select(Source.id, Source.state, Poll.outcome)
        .join(Poll, Poll.source_id == Source.id)
        .where(Poll.id.in_(last), Poll.outcome.not_in(_READABLE))
    )
    for row in rows:
        if row.state in _FINE:
            yield "it could not be read and is called well", dict(row._mapping)
    since = look.now - _DAY
    said = monitor.report.completeness(look.session, since=since, until=look.now)
    read = set(
        look.session.scalars(
            select(Poll.source_id).where(
                Poll.outcome.in_(_READABLE),
                Poll.began_at >= since,
                Poll.began_at < look.now,
            )
        )
    )
    waited = set(
        look.session.scalars(select(Source.id).where(Source.next_poll_at < NEVER))
    )
    named = {one.id for one in said.silent}
    if named != waited - read or said.read + len(named) != len(waited):
        yield (
            "an unread source is not named",
            {
                "named": sorted(named),
                "unread": sorted(waited - read),
                "says": f"{said.read} of {said.total}",
            },
        )


def an_excerpt_is_short(look):
    asked = select(Article.id, func.length(Article.excerpt).label("length")).where(
        func.length(Article.excerpt) > _MOST_EXCERPT
    )
    for row in look.session.execute(asked):
        yield "an excerpt is longer than may be kept", dict(row._mapping)


def full_texts_are_forgotten(look):
    before = (
        look.now
        - timedelta(days=look.settings.retention.full_text_days)
        - _FORGETS_WITHIN
    )
    kept = Article.outlet_id.not_in(list(licensed(look.session, look.now.date())))
    old = (Article.first_seen_at < before) & kept
    for row in look.session.execute(
        select(Article.id, Article.first_seen_at).where(
            old, Article.full_text.is_not(None)
        )
    ):
        yield "a full text is kept too long", dict(row._mapping)
    for row in look.session.execute(
        select(ArticleVersion.article_id, ArticleVersion.number)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(old, ArticleVersion.full_text.is_not(None))
    ):
        yield "a version's text is kept too long", dict(row._mapping)


# -- where the test knows what was published ------------------------------------------------


def nothing_is_invented(look):
    """Each article is one that its site published, with a date that somebody gave."""
    if look.press is None:
        return
    rows = look.session.execute(
        select(Article.id, Article.url, Article.published_at, Article.published_as)
    )
    for row in rows:
        one = look.press.published(row.url)
        if one is None:
            yield "an article that nobody published", dict(row._mapping)
        elif row.published_at is not None and row.published_at not in one.dates:
            yield "a date that nobody gave", {"given": one.dates, **row._mapping}


def what_was_published_is_there_or_its_loss_is_named(look):
    """At rest: each article of a site that is called well, and was not outrun since."""
    if look.press is None:
        return
    kept = Counter(
        url.partition("?")[0] for url in look.session.scalars(select(Article.url))
    )
    rows = look.session.execute(
        select(Source.id, Source.url, Source.state, Source.outrun_at)
    )
    for row in rows:
        if row.state not in {*_FINE, SourceState.STALE, SourceState.OUTRUN}:
            continue
        for one in look.press.of_feed(row.url):
            outrun = row.outrun_at is not None and row.outrun_at >= one.at
            if not kept[one.url] and not outrun:
                yield (
                    "published, not kept, and nothing says so",
                    {
                        "source": row.id,
                        "state": row.state,
                        "url": one.url,
                        "at": one.at,
                    },
                )


def a_watch_has_looked_at_all(look):
    """L5: what it names is found whenever it came, before the watch or after."""
    if look.press is None:
        return
    for watch in look.session.scalars(select(Watch).where(Watch.is_on)):
        word = look.press.watched.get(watch.name)
        if word is None:
            continue
        found = set(
            look.session.scalars(
                select(WatchMatch.article_id).where(WatchMatch.watch_id == watch.id)
            )
        )
        there = set(
            look.session.scalars(
                select(Article.id).where(Article.title.contains(word, autoescape=True))
            )
        )
        if watch.looked_back_to != 0 or there - found:
            yield (
                "a watch did not look at all there is",
                {
                    "watch": watch.name,
                    "reached": watch.looked_back_to,
                    "missed": sorted(there - found),
                },
            )


ALWAYS = (
    ("L2", an_article_is_there_once),
    ("L2", a_story_counts_its_articles),
    ("L2", a_story_begins_with_its_origin),
    ("L3", a_source_that_was_not_read_is_not_called_well),
    ("L4", nothing_is_invented),
    ("L6", an_excerpt_is_short),
)
AT_REST = (
    ("L3", what_was_published_is_there_or_its_loss_is_named),
    ("L5", a_watch_has_looked_at_all),
    ("L6", full_texts_are_forgotten),
)
