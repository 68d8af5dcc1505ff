"""S1 to S8 as checks: each answers (what is broken, the rows that show it)."""

from collections import Counter, defaultdict
from datetime import timedelta

from sqlalchemy import func, or_, select

from core.models import Release
from core.zones import moment_of
from distributor.models import (
    Answer,
    Approval,
    Attempt,
    Contact,
    Delivery,
    Dispatch,
    Suppression,
)
from distributor.sending import sealing
from distributor.sending.moves import MAY_HAVE_IT
from distributor.states import (
    COMPOSED,
    FOLLOWING,
    Because,
    DeliveryState,
    DispatchState,
    may_follow,
)

_S = DeliveryState
_BY_BATCH = frozenset({_S.ACCEPTED, _S.UNSURE})
_TAKEN = (_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED)
_MAY_BE_OUT = frozenset({_S.SENDING, _S.UNSURE, *_TAKEN})
_KNOWN = frozenset(str(state) for state in DeliveryState)
_TABLES = {"delivery": Delivery, "dispatch": Dispatch}


def states(session, table):
    row = _TABLES[table]
    return dict(session.execute(select(row.id, row.state)).all())


def suppressed_now(session):
    """Address keys, each as if it had been suppressed before the witness came."""
    keys = session.scalars(select(Suppression.address_key))
    return {key: 0 for key in keys if key}


# -- after every step ----------------------------------------------------------------------


def every_state_is_of_the_table(look):
    for row, known in ((Delivery, DeliveryState), (Dispatch, DispatchState)):
        asked = select(row.id, row.state).where(row.state.not_in(list(known)))
        for one in look.session.execute(asked):
            yield f"no such state of a {row.__tablename__}", dict(one._mapping)


def every_move_is_of_the_table(look):
    """Replays what was committed since the last look, in order, and what it led to."""
    for move in look.moves:
        replayed = _REPLAYS.get(move.what)
        if replayed is not None:
            yield from replayed(look, move)
    for table in _TABLES:
        there = states(look.session, table)
        known = (
            look.memory.deliveries if table == "delivery" else look.memory.dispatches
        )
        wrong = {one for one, state in there.items() if known.get(one) != state}
        # Reads of two moments: another process may have gone on between them.
        for one in wrong if look.is_still else ():
            yield (
                f"a {table} is not what its moves led to",
                {"id": one, "is": there[one], "led_to": known.get(one)},
            )


def _replay_delivery(look, move):
    known = look.memory.deliveries
    was = known.get(move.about, "")
    known[move.about] = move.after
    evidence = move._asdict()
    if was != move.before:
        yield (
            "a move begins elsewhere than the last one ended",
            {"was": was, **evidence},
        )
    if not move.before:
        if move.after not in {_S.WAITING, _S.HELD}:
            yield "a delivery is not born waiting", evidence
        return
    if not _is_legal(move.before, move.after):
        yield "a move that the table does not have", evidence
    dispatch, key, batch = move.said.split("|")
    is_taken_back = move.after in {_S.WAITING, _S.CANCELLED}
    if move.before in _BY_BATCH and is_taken_back and not batch:
        yield "taken back although no provider could throw it away", evidence
    if move.after == _S.SENDING:
        yield from _begins(look, move, int(dispatch), key)


def _is_legal(before, after):
    return {before, after} <= _KNOWN and may_follow(_S(before), _S(after))


def _begins(look, move, dispatch, key):
    """SQLite has one writer; elsewhere only what was there before the last look is certain."""
    certain = move.id if look.is_sqlite else look.memory.last + 1
    state = look.memory.dispatches.get(dispatch)
    since = look.memory.moved.get(dispatch, 0)
    if state != DispatchState.RUNNING and since < certain:
        yield f"a {state} dispatch sends on", move._asdict()
    since = look.memory.suppressed.get(key)
    if since is not None and since < certain:
        yield "a suppressed address is mailed", {"since": since, **move._asdict()}


def _replay_dispatch(look, move):
    look.memory.dispatches[move.about] = move.after
    look.memory.moved[move.about] = move.id
    if move.after != DispatchState.RUNNING:
        return
    dispatch = look.session.get(Dispatch, move.about)
    if dispatch is None or dispatch.state != DispatchState.RUNNING:
        return
    if not sealing.is_sealed(look.session, dispatch, look.settings):
        yield "it runs with a broken seal", move._asdict()


def _replay_suppression(look, move):
    if move.after:
        look.memory.suppressed[move.after] = move.id
    else:
        look.memory.suppressed.pop(move.before, None)
    yield from ()


_REPLAYS = {
    "delivery": _replay_delivery,
    "dispatch": _replay_dispatch,
    "suppression": _replay_suppression,
}


def attempts_are_numbered_without_gaps(look):
    """Each has a row but the one in the air; the row of a cut one is written by the doubt."""
    counted = func.count(Attempt.id)
    in_the_air = Delivery.state == _S.SENDING
    asked = (
        select(
            Delivery.id,
            Delivery.state,
            Delivery.attempts,
            counted.label("rows"),
            func.max(Attempt.number).label("last"),
        )
        .outerjoin(Attempt, Attempt.delivery_id == Delivery.id)
        .group_by(Delivery.id)
        .having(
            or_(
                counted != func.coalesce(func.max(Attempt.number), 0),
                (~in_the_air) & (counted != Delivery.attempts),
                in_the_air & (counted != Delivery.attempts - 1),
            )
        )
    )
    for one in look.session.execute(asked):
        yield "attempts are missing or invented", dict(one._mapping)


def leases_are_of_what_waits_or_flies(look):
    held = Delivery.lease.is_not(None)
    asked = select(Delivery.id, Delivery.state, Delivery.lease).where(
        or_(
            held != Delivery.leased_until.is_not(None),
            held & Delivery.state.not_in([_S.WAITING, _S.SENDING, _S.UNSURE]),
            (Delivery.state == _S.SENDING) & ~held,
        )
    )
    for one in look.session.execute(asked):
        yield "a lease that nobody may hold", dict(one._mapping)


def doubts_are_no_more_than_deaths_explain(look):
    bound = look.outside.deaths * look.most_in_doubt
    crashed = look.session.scalar(
        select(func.count()).where(
            Delivery.state == _S.UNSURE, Delivery.reason == "crash"
        )
    )
    if crashed > bound:
        yield (
            "more are unsure than could be in the air",
            {
                "unsure": crashed,
                "bound": bound,
            },
        )


def nobody_is_mailed_twice(look):
    for token, times in look.outside.tokens().items():
        if times > 1 and token not in look.outside.forgotten:
            yield "one message was taken twice", {"token": token, "times": times}


def what_arrived_is_known(look):
    """Each mail of the outside is of a delivery that is out, or in doubt."""
    rows = _by_token(look)
    for one in look.outside.reached():
        if one.token in look.outside.forgotten:
            continue
        row = rows.get(one.token)
        if row is None:
            yield "a mail that nobody planned", {"token": one.token, "to": one.address}
        elif row.state not in _MAY_BE_OUT and not _settled_by_hand(row):
            yield (
                "a mail went out and its delivery says no",
                {
                    "delivery": row.id,
                    "state": row.state,
                    "reason": row.reason,
                    "token": one.token,
                },
            )


def what_was_accepted_arrived(look):
    seen = look.outside.tokens()
    asked = (
        select(Delivery.id, Delivery.token, Delivery.state, Delivery.reason)
        .join(Attempt, Attempt.delivery_id == Delivery.id)
        .where(
            Delivery.state.in_(_TAKEN),
            Attempt.number == Delivery.attempts,
            Attempt.channel.in_(look.outside.channels),
        )
    )
    for one in look.session.execute(asked):
        if one.token not in seen and not _settled_by_hand(one):
            yield "called accepted, and no server has it", dict(one._mapping)


def _settled_by_hand(row):
    return row.reason.startswith("settled by")


def _by_token(look):
    asked = select(
        Delivery.id,
        Delivery.token,
        Delivery.state,
        Delivery.reason,
        Delivery.dispatch_id,
        Delivery.address_key,
    )
    return {one.token: one for one in look.session.execute(asked)}


def nothing_leaves_before_its_time(look):
    """Neither before its hour, nor in its undo window, nor its embargo, nor past its end."""
    fresh = look.outside.arrivals[look.memory.arrivals :]
    if not fresh:
        return
    rows = _by_token(look)
    for one in fresh:
        row = rows.get(one.token)
        if row is None:
            continue
        dispatch = look.session.get_one(Dispatch, row.dispatch_id)
        release = (
            look.session.get(Release, dispatch.release_id)
            if dispatch.release_id
            else None
        )
        leaves = one.send_at or one.at
        evidence = {"delivery": row.id, "dispatch": dispatch.id, "at": one.at}
        for said, at in _not_before(dispatch, release, one):
            if at is not None and leaves < at:
                yield said, {"not_before": at, **evidence}
        if leaves > dispatch.deadline_at:
            yield "it left after its end", {"end": dispatch.deadline_at, **evidence}


def _not_before(dispatch, release, arrival):
    yield "it left before its hour", dispatch.due_at
    yield "it left before its embargo ended", release.embargo_at if release else None
    if arrival.send_at is None:
        yield "it left while it could be undone", dispatch.undo_until
    if arrival.send_at not in {None, dispatch.due_at}:
        yield "a provider was told another hour", arrival.send_at + timedelta(days=1)


def nothing_starts_late_or_unapproved(look):
    started = [
        move.about
        for move in look.moves
        if move.what == "dispatch" and move.after == DispatchState.RUNNING
    ]
    for dispatch_id in dict.fromkeys(started):
        dispatch = look.session.get(Dispatch, dispatch_id)
        if dispatch is None or dispatch.started_at is None:
            continue
        opens = max(dispatch.due_at, dispatch.undo_until or dispatch.due_at)
        late = dispatch.started_at - opens - timedelta(minutes=dispatch.grace_minutes)
        if late > timedelta(0) and dispatch_id not in look.outside.resumed:
            yield (
                "it started after its grace, and nobody said so",
                {
                    "dispatch": dispatch_id,
                    "late": late,
                },
            )
        if not _is_approved(look, dispatch):
            yield "it started without a second person", {"dispatch": dispatch_id}


def _is_approved(look, dispatch):
    if look.settings.approval == "off" or dispatch.purpose in COMPOSED:
        return True
    release = look.session.get_one(Release, dispatch.release_id)
    mine = {dispatch.planned_by, release.author_id} - {None}
    signed = look.session.scalars(
        select(Approval.account_id).where(
            Approval.dispatch_id == dispatch.id, Approval.seal == dispatch.seal
        )
    )
    return bool(set(signed) - mine)


def plans_mean_what_the_wall_says(look):
    """S9: the moment is the wall time's, by the rules that it was derived by."""
    asked = select(Dispatch).where(
        Dispatch.state.in_([DispatchState.PLANNED, DispatchState.RUNNING])
    )
    for one in look.session.scalars(asked):
        if one.purpose in COMPOSED:
            continue
        if moment_of(one.wall, one.zone) != one.due_at:
            yield (
                "its moment is not its wall time's",
                {
                    "dispatch": one.id,
                    "wall": one.wall,
                    "due_at": one.due_at,
                },
            )


def a_correction_stops_its_parents(look):
    for one in _corrections(look):
        parents = look.session.scalars(
            select(Dispatch.state).where(Dispatch.id.in_(one.reached_by))
        ).all()
        if set(parents) - {DispatchState.STOPPED, DispatchState.DONE}:
            yield "a parent may still send", {"dispatch": one.id, "parents": parents}


def a_correction_reaches_nobody_else(look):
    for one in _corrections(look):
        mailed = _keys(look, Delivery.dispatch_id == one.id)
        could = _keys(look, Delivery.dispatch_id.in_(one.reached_by)) | _coming(
            look, one
        )
        if mailed - could:
            yield (
                "told of what they never had",
                {
                    "dispatch": one.id,
                    "who": sorted(mailed - could),
                },
            )


def _corrections(look):
    return look.session.scalars(
        select(Dispatch).where(Dispatch.purpose.in_(FOLLOWING))
    ).all()


def _keys(look, which):
    return set(look.session.scalars(select(Delivery.address_key).where(which))) - {""}


def _coming(look, dispatch):
    """Who ever answered the parent's invitation: some said no since."""
    release = look.session.get_one(Release, dispatch.release_id)
    return set(
        look.session.scalars(
            select(Contact.address_key)
            .join(Answer, Answer.contact_id == Contact.id)
            .where(Answer.release_id == release.parent_id)
        )
    )


# -- once every job has caught up ----------------------------------------------------------


def a_correction_reaches_all_who_may_have_it(look):
    for one in _corrections(look):
        if one.state == DispatchState.STOPPED or one.deadline_at <= look.now:
            continue
        having = _keys(
            look,
            Delivery.dispatch_id.in_(one.reached_by) & Delivery.state.in_(MAY_HAVE_IT),
        )
        told = _keys(look, Delivery.dispatch_id == one.id)
        named = {left["address_key"] for left in one.left_out}
        if having - told - named:
            yield (
                "had it and are not told",
                {
                    "dispatch": one.id,
                    "who": sorted(having - told - named),
                },
            )


def nothing_is_left_in_the_air(look):
    asked = select(Delivery.id, Delivery.dispatch_id, Delivery.leased_until).where(
        Delivery.state == _S.SENDING
    )
    for one in look.session.execute(asked):
        yield "still in the air although nobody sends", dict(one._mapping)


def an_opt_out_is_honoured_or_named(look):
    """S7: what a provider sent on although they had opted out is shown as that."""
    since = dict(
        look.session.execute(select(Suppression.address_key, Suppression.since)).all()
    )
    rows = _by_token(look)
    for one in look.outside.reached():
        row = rows.get(one.token)
        if one.send_at is None or row is None or one.send_at > look.now:
            continue
        opted_out = since.get(row.address_key)
        late = row.reason == Because.NOT_WITHDRAWN or row.state in {
            _S.BOUNCED,
            _S.COMPLAINED,
        }
        if opted_out is not None and opted_out < one.send_at and not late:
            yield (
                "could not be withdrawn, and nothing says so",
                {
                    "delivery": row.id,
                    "opted_out": opted_out,
                    "sent": one.send_at,
                },
            )


def what_is_over_is_called_over(look):
    """A running dispatch has something left to do."""
    open_ones = defaultdict(int)
    asked = (
        select(Delivery.dispatch_id, func.count())
        .where(Delivery.state.in_([_S.WAITING, _S.SENDING]))
        .group_by(Delivery.dispatch_id)
    )
    open_ones.update(look.session.execute(asked).all())
    running = look.session.scalars(
        select(Dispatch).where(Dispatch.state == DispatchState.RUNNING)
    )
    for one in running:
        is_early = one.mode == "planned" and one.due_at > look.now
        if not open_ones[one.id] and not is_early:
            yield "it runs and nothing is left to send", {"dispatch": one.id}


def everybody_is_counted_once(look):
    asked = select(Delivery.dispatch_id, Delivery.address_key)
    counted = Counter(look.session.execute(asked).all())
    for (dispatch, key), times in counted.items():
        if times > 1 and key:
            yield (
                "one person stands twice in a dispatch",
                {
                    "dispatch": dispatch,
                    "who": key,
                },
            )


ALWAYS = (
    ("S1", every_state_is_of_the_table),
    ("S1 to S6", every_move_is_of_the_table),
    ("S1", everybody_is_counted_once),
    ("S2", attempts_are_numbered_without_gaps),
    ("S2", leases_are_of_what_waits_or_flies),
    ("S2", doubts_are_no_more_than_deaths_explain),
    ("S3", nobody_is_mailed_twice),
    ("S3", what_arrived_is_known),
    ("S3", what_was_accepted_arrived),
    ("S5", nothing_leaves_before_its_time),
    ("S5", nothing_starts_late_or_unapproved),
    ("S8", a_correction_stops_its_parents),
    ("S8", a_correction_reaches_nobody_else),
    ("S9", plans_mean_what_the_wall_says),
)
AT_REST = (
    ("S2", nothing_is_left_in_the_air),
    ("S1", what_is_over_is_called_over),
    ("S7", an_opt_out_is_honoured_or_named),
    ("S8", a_correction_reaches_all_who_may_have_it),
)
