"""The people of a busy office, by a diary drawn from its seed: they plan, approve, err and mend.

They use what screens and commands use, each act in a transaction of its own; what a fault
breaks they try again at the next step, as people do.
"""

from datetime import datetime, time, timedelta
from pathlib import Path

from dice import dice
from invariants_reporting import editions_that_went
from office_faults import Killed
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.backup import keeping, nightly, sealed
from app.reviews import editions, readers
from app.reviews.models import Edition
from app.reviews.states import EditionState
from core.errors import OfficeError
from core.journal import acting
from core.keys import Purpose as Door
from core.models import Account, Release, Version
from core.zones import moment_of, wall_of
from distributor.after import answers, corrections, events, unsubscribe
from distributor.after.answers import Details, Said
from distributor.after.sendgrid_reports import read as read_reports
from distributor.contacts import lists
from distributor.contacts.suppression import suppress
from distributor.models import Contact, Delivery, Dispatch, Membership, Suppression
from distributor.releases import importing
from distributor.sending import approval, control
from distributor.sending.freezing import Terms
from distributor.sending.plan import plan
from distributor.states import DeliveryState, DispatchState
from monitor import watches
from monitor.catalogue import add_source
from monitor.models import Coverage
from monitor.states import Decision, Rejection
from monitor.triage import acting as triage
from monitor.triage.acting import Act, Verb

ZONE = "Africa/Casablanca"
_WORDS = (
    ("habitat", "Le programme d'habitat de la région entre dans sa deuxième phase"),
    ("ports", "Le ministère présente le plan des ports de la façade atlantique"),
    ("eau", "La commission de l'eau rend son rapport sur les barrages du nord"),
    ("écoles", "La réhabilitation des écoles rurales commence dans douze provinces"),
)
_BODY = (
    "Le ministère réunit les agences urbaines autour du programme « {name} ».\n\n"
    "Les participants examinent les acquis du programme {name} et ses principales "
    "réalisations, puis actualisent les référentiels et questionnent les modèles, afin "
    "d'améliorer les pratiques qui accompagnent les tendances du territoire numéro {number}.\n\n"
    "Une convention est signée à l'issue de la séance d'ouverture, en présence des élus et "
    "des représentants des {number} communes concernées par le dispositif."
)
_ARABIC = (
    "تجتمع الوزارة مع الوكالات الحضرية حول برنامج {number}.\n\n"
    "ويبحث المشاركون مكتسبات البرنامج وأهم منجزاته، ثم يحينون المرجعيات ويناقشون النماذج "
    "من أجل تحسين الممارسات المواكبة لتحولات المجال رقم {number}."
)
_AGAIN = 4  # how often somebody tries what failed


class People:
    def __init__(self, ground):
        self.ground = ground
        self.dice = dice(ground.seed + 1)
        self.diary = []
        self.releases = {}
        self.refused = []
        self._opt_out_at = None
        ground.mail.on_mail = self._mail_came
        self._told = 0

    # -- what there is on the first day ---------------------------------------------------------

    def move_in(self):
        ground = self.ground
        with self._as("samira") as session:
            now = ground.time.now()
            session.add_all(
                Account(name=name, role=role, password_hash="", created_at=now)
                for name, role in (
                    ("samira", "validator"),
                    ("karim", "validator"),
                    ("nadia", "writer"),
                )
            )
            everyone = lists.by_name_or_new(session, "nationale")
            cabinet = lists.by_name_or_new(session, "lecteurs")
            people = [
                Contact(
                    address=f"p{number}@presse.test",
                    address_key=f"p{number}@presse.test",
                    name=f"Personne {number}",
                    languages=["fr"] if number % 3 else ["ar"],
                    beats=[],
                    provenance="annuaire",
                    created_at=now,
                    updated_at=now,
                )
                for number in range(ground.size.contacts)
            ]
            session.add_all(people)
            session.flush()
            session.add_all(
                Membership(mailing_list_id=everyone.id, contact_id=one.id)
                for one in people
            )
            session.add_all(
                Membership(mailing_list_id=cabinet.id, contact_id=one.id)
                for one in people[:3]
            )
            for paper in ground.press.papers:
                add_source(
                    session,
                    outlet_name=f"Site {paper.number}",
                    outlet_kind="agency" if paper.number % 10 == 0 else "daily",
                    kind="feed",
                    url=paper.feed,
                    now=now,
                )
            readers.add(
                session,
                name="Cabinet",
                list_name="lecteurs",
                channel="smtp",
                layout="fr",
                sections=(),
                kinds=["morning", "flash"],
                with_pdf=False,
                settings=ground.settings,
                by="samira",
                now=now,
            )
            watches.add(
                session, name="Agences", query="agence OR وكالة", by="nadia", now=now
            )
        self._draw_up()

    def _draw_up(self):
        """Who does what when, over three days."""
        size, dice = self.ground.size, self.dice
        begin = self.ground.time.true
        for number in range(size.dispatches):
            day = timedelta(days=number * size.days // size.dispatches)
            at = begin + day + timedelta(minutes=dice.randint(60, 12 * 60))
            self._plan_at(at, number)
        for day in range(size.days + 1):
            for hour in (time(7, 36), time(13, 5)):
                local = datetime.combine((begin + timedelta(days=day)).date(), hour)
                if dice.random() < 0.8:
                    self.at(moment_of(local, ZONE), self.validate)
            for _ in range(4):
                self.at(self._some_time(day), self.triage)
            self.at(self._some_time(day), self.reports_come)
            self.at(self._some_time(day), self.correct_edition)
            self.at(self._some_time(day), self.opt_out)
            name = ("programme", "rapport", "budget", "réforme")[day % 4]
            self.at(self._some_time(day), lambda name=name: self.watch(name))
        # After a backup, and before or after that day's edition left.
        last = timedelta(days=max(1, size.days - 1), hours=dice.uniform(1, 9))
        self.at(begin + last, self.restore)

    def _some_time(self, day):
        start = self.ground.time.true + timedelta(days=day)
        return start + timedelta(minutes=self.dice.randint(0, 14 * 60))

    def _plan_at(self, at, number):
        """One dispatch and all that people do to it afterwards."""
        dice = self.dice
        wish = {
            "channel": dice.choice(("smtp", "smtp", "sendgrid")),
            "due": at + timedelta(minutes=dice.randint(15, 180)),
            "kind": dice.choice(("communique", "communique", "invitation")),
            "embargo": dice.choice((None, None, None, "same", "same", "later")),
            "early": dice.random() < 0.4,
            "failover": dice.random() < 0.3,
        }
        self.at(at, lambda: self.plan(number, wish))
        due = wish["due"]
        approve = at + timedelta(minutes=dice.randint(3, 14))
        if dice.random() < 0.85:
            self.at(approve, lambda: self.approve(number))
        if dice.random() < 0.1:
            self.at(approve, lambda: self.refuse(number))
        if dice.random() < 0.1:
            self.at(approve + timedelta(minutes=1), lambda: self.edit(number))
        for chance, earliest, latest, act in (
            (0.15, -30, 30, self.pause),
            (0.1, -20, 20, self.stop),
            (0.1, 1, 20, self.undo),
            (0.3, 30, 120, self.correct),
            (0.3, -10, 0, self.opt_out_soon),
            (0.5, 20, 200, self.answer),
        ):
            if dice.random() < chance:
                minutes = timedelta(minutes=dice.randint(earliest, latest))
                self.at(due + minutes, lambda act=act: act(number))

    def at(self, moment, act):
        self.diary.append([moment, act, 0])

    # -- the diary ------------------------------------------------------------------------------

    def next_acts(self, *, after):
        return [moment for moment, _, _ in self.diary if moment > after]

    def act(self):
        """What falls due now; a death in the middle of it is everybody's."""
        now = self.ground.time.true
        due = sorted(
            (one for one in self.diary if one[0] <= now), key=lambda one: one[0]
        )
        for entry in due:
            try:
                self._try(entry)
            except Killed:
                self.ground.die()
                self._later(entry)

    def _try(self, entry):
        _, act, _ = entry
        try:
            act()
        except OfficeError as refused:
            self.refused.append(str(refused))
            self.ground.note(f"refused: {str(refused)[:90]}")
        except (SQLAlchemyError, OSError) as error:
            self.ground.note(f"{type(error).__name__} in what somebody did")
            self._later(entry)
            return
        self.diary.remove(entry)

    def _later(self, entry):
        if entry not in self.diary:
            return
        if entry[2] >= _AGAIN:
            self.diary.remove(entry)
            return
        entry[0] = self.ground.time.true + timedelta(minutes=2)
        entry[2] += 1

    def _as(self, name):
        return _Acting(self.ground, name)

    def _account(self, session, name):
        return session.scalars(select(Account).where(Account.name == name)).one()

    # -- releases and their dispatches ------------------------------------------------------------

    def plan(self, number, wish):
        ground = self.ground
        due = wall_of(wish["due"], ZONE).replace(second=0, microsecond=0)
        later = {None: None, "same": due, "later": due + timedelta(minutes=40)}
        event = due + timedelta(days=5) if wish["kind"] == "invitation" else None
        with self._as("samira") as session:
            release = self._release(
                session,
                number,
                wish["kind"],
                embargo=later[wish["embargo"]],
                event=event,
            )
            is_early = wish["early"] and wish["channel"] == "sendgrid"
            other = "smtp" if wish["channel"] == "sendgrid" else "sendgrid"
            made = plan(
                session,
                release_id=release.id,
                list_name="nationale",
                wall=due,
                zone=ZONE,
                channel=wish["channel"],
                settings=ground.settings,
                zone_rules=ground.office.zone_rules,
                ids=ground.ids,
                now=ground.time.now(),
                terms=Terms(
                    mode="planned" if is_early else "immediate",
                    failover=(other,) if wish["failover"] and not is_early else (),
                ),
                planned_by=self._account(session, "samira"),
            )
            ids = release.id, made.id
        self.releases[number] = ids
        ground.note(f"dispatch {ids[1]} is planned by {wish['channel']}")

    def _release(self, session, number, kind, *, embargo=None, event=None, parent=None):
        name, title = _WORDS[number % len(_WORDS)]
        texts = {
            "fr": (f"{title} ({number})", _BODY.format(name=name, number=40 + number)),
            "ar": (f"لقاء الوكالات {number}", _ARABIC.format(number=40 + number)),
        }
        release = importing.store(
            session,
            kind=kind,
            versions=[
                importing.ImportedVersion(
                    language=language, title=words[0], body=words[1], file_name="n.md"
                )
                for language, words in texts.items()
            ],
            zone=ZONE,
            embargo_wall=embargo,
            event_wall=event,
            parent_id=parent,
            now=self.ground.time.now(),
        )
        release.author_id = self._account(session, "nadia").id
        session.flush()
        self.ground.press.releases.append(
            (texts["fr"][0], tuple(texts["fr"][1].split("\n\n")))
        )
        return release

    def _dispatch_of(self, number):
        return self.releases.get(number, (0, 0))[1]

    def approve(self, number):
        ground = self.ground
        with self._as("karim") as session:
            approval.approve(
                session,
                self._dispatch_of(number),
                account=self._account(session, "karim"),
                settings=ground.settings,
                zone_rules=ground.office.zone_rules,
                now=ground.time.now(),
            )

    def refuse(self, number):
        with self._as("karim") as session:
            approval.refuse(
                session,
                self._dispatch_of(number),
                account=self._account(session, "karim"),
                because="Le chiffre est faux.",
                now=self.ground.time.now(),
            )

    def edit(self, number):
        """A word is changed behind the seal's back."""
        with self._as("nadia") as session:
            version = session.scalars(
                select(Version).where(
                    Version.release_id == self.releases.get(number, (0, 0))[0]
                )
            ).first()
            if version is not None:
                version.body += "\n\nUn mot de plus."

    def pause(self, number):
        with self._as("samira") as session:
            control.pause(session, self._dispatch_of(number), reason="Un instant.")

    def stop(self, number):
        with self._as("samira") as session:
            control.stop(
                session,
                self._dispatch_of(number),
                reason="C'est fini.",
                now=self.ground.time.now(),
            )

    def undo(self, number):
        with self._as("samira") as session:
            control.undo(session, self._dispatch_of(number), now=self.ground.time.now())

    def correct(self, number):
        ground = self.ground
        release_id, dispatch_id = self.releases.get(number, (0, 0))
        with self._as("samira") as session:
            parent = session.get(Release, release_id)
            if parent is None:
                return
            kind = "cancellation" if parent.kind == "invitation" else "correction"
            release = self._release(
                session, ground.size.dispatches + number, kind, parent=release_id
            )
            made = corrections.correct(
                session,
                dispatch_id,
                release_id=release.id,
                wall=None,
                zone=ZONE,
                settings=ground.settings,
                zone_rules=ground.office.zone_rules,
                ids=ground.ids,
                now=ground.time.now(),
                planned_by=self._account(session, "samira"),
            )
            corrected = made.id
        self.releases[1000 + number] = (0, corrected)
        self.at(
            ground.time.true + timedelta(minutes=3),
            lambda: self.approve(1000 + number),
        )

    # -- what others do ---------------------------------------------------------------------------

    def opt_out(self):
        """Somebody follows the link of a mail they got."""
        arrivals = self.ground.outside.reached()
        if arrivals:
            self._unsubscribe(self.dice.choice(arrivals).token)

    def opt_out_soon(self, _):
        """In the middle of the next dispatch: after some mails, whoever was just mailed."""
        self._opt_out_at = len(self.ground.outside.arrivals) + self.dice.randint(3, 12)

    def _mail_came(self, arrival):
        if (
            self._opt_out_at is None
            or len(self.ground.outside.arrivals) < self._opt_out_at
        ):
            return
        self._opt_out_at = None
        with self.ground.faults.resting():
            self._unsubscribe(arrival.token)

    def _unsubscribe(self, token):
        office = self.ground.office
        signed = office.links.sign(Door.UNSUBSCRIBE, token)
        with self._as("visitor") as session:
            unsubscribe.unsubscribe(
                session,
                signed,
                links=office.links,
                settings=self.ground.settings,
                now=self.ground.time.now(),
            )

    def answer(self, number):
        """Some who got the invitation say whether they come."""
        office = self.ground.office
        with self._as("visitor") as session:
            tokens = session.scalars(
                select(Delivery.token).where(
                    Delivery.dispatch_id == self._dispatch_of(number),
                    Delivery.state.in_(
                        [DeliveryState.ACCEPTED, DeliveryState.DELIVERED]
                    ),
                )
            ).all()
            for token in tokens[:5]:
                answers.say(
                    session,
                    office.links.sign(Door.ANSWER, token),
                    self.dice.choice(list(Said)),
                    Details(),
                    links=office.links,
                    now=self.ground.time.now(),
                )

    def reports_come(self):
        """The provider tells what became of what it took: some twice, some in odd order."""
        ground = self.ground
        mails = [
            one
            for one in ground.provider.accepted[self._told :]
            if one.batch not in ground.outside.thrown_away
            and (one.send_at is None or one.send_at < ground.time.true)
        ]
        told = []
        for one in mails:
            kind = self.dice.choice(("delivered",) * 38 + ("bounce", "spamreport"))
            told += [ground.provider.event(one, name) for name in (kind, "processed")]
        if not told:
            return
        body, headers = ground.provider.signed(told, at=ground.time.now())
        reports = read_reports(
            body,
            {name.lower(): value for name, value in headers.items()},
            public_key=ground.provider.public_key,
            stamp=ground.time.now(),
        )
        for _ in range(2):
            with self._as("visitor") as session:
                events.record(
                    session, reports, settings=ground.settings, now=ground.time.now()
                )

    # -- the desk -----------------------------------------------------------------------------------

    def triage(self):
        """Somebody reads the queue and decides."""
        with self._as("nadia") as session:
            lines = session.scalars(
                select(Coverage.id)
                .where(Coverage.decision == Decision.PROPOSED)
                .order_by(Coverage.id.desc())
                .limit(6)
            ).all()
        for line in lines:
            verb = self.dice.choice((Verb.ACCEPT, Verb.ACCEPT, Verb.REJECT))
            said = Act(
                verb=verb,
                rejection=Rejection.OTHER if verb is Verb.REJECT else None,
                because="Autre chose." if verb is Verb.REJECT else "",
                copies=self.dice.random() < 0.5,
            )
            with self._as("nadia") as session:
                triage.act(session, line, said, by="nadia", now=self.ground.time.now())

    def watch(self, word):
        """A watch that comes late looks back over all there is."""
        with self._as("nadia") as session:
            watches.add(
                session,
                name=word,
                query=f"title:{word}",
                by="nadia",
                now=self.ground.time.now(),
            )
        self.ground.press.watched[word] = word

    def validate(self):
        with self._as("karim") as session:
            for row in session.scalars(
                select(Edition).where(Edition.state == EditionState.FROZEN)
            ):
                editions.validate(row, by="karim", now=self.ground.time.now())

    def correct_edition(self):
        ground = self.ground
        with self._as("samira") as session:
            row = session.scalars(
                select(Edition)
                .where(Edition.state == EditionState.SENT)
                .order_by(Edition.until.desc(), Edition.version.desc())
            ).first()
            if row is not None:
                editions.correct(
                    session,
                    row,
                    because="Une erreur.",
                    settings=ground.settings,
                    now=ground.time.now(),
                )

    # -- who looks around after each step -------------------------------------------------------------

    def look_around(self):
        """What waits for a person finds one, sooner or later."""
        if self.dice.random() < 0.3:
            self.settle_all()

    def settle_all(self):
        self._settle_doubts()
        self._decide_held()

    def _settle_doubts(self):
        """Somebody reads the mail server's log, and says what became of each."""
        with self.ground.office.database.read() as session:
            doubts = session.execute(
                select(
                    Delivery.id, Delivery.dispatch_id, Delivery.token, Delivery.batch_id
                ).where(Delivery.state == DeliveryState.UNSURE)
            ).all()
        seen = self.ground.outside.tokens()
        for one in doubts:
            if one.batch_id is not None:
                continue
            with self._as("samira") as session:
                control.settle(
                    session,
                    one.dispatch_id,
                    one.id,
                    "accepted" if one.token in seen else "refused",
                    by="samira",
                    because="Vu dans le journal du serveur.",
                    now=self.ground.time.now(),
                )

    def _decide_held(self):
        """Resumed where it may leave; stopped where it cannot, or may have left already."""
        with self.ground.office.database.read() as session:
            waiting = session.execute(
                select(Dispatch.id, Dispatch.state, Dispatch.paused_at).where(
                    Dispatch.state.in_([DispatchState.HELD, DispatchState.PAUSED])
                )
            ).all()
        for one in waiting:
            try:
                self._decide(one.id)
            except OfficeError as refused:
                self.ground.note(f"kept: {str(refused)[:90]}")

    def _decide(self, dispatch_id):
        ground = self.ground
        with self._as("samira") as session:
            tokens = session.scalars(
                select(Delivery.token).where(
                    Delivery.dispatch_id == dispatch_id,
                    Delivery.state.in_([DeliveryState.HELD, DeliveryState.WAITING]),
                )
            ).all()
            if ground.outside.forgotten.intersection(tokens):
                control.stop(
                    session, dispatch_id, reason="Déjà parti.", now=ground.time.now()
                )
                return
            ground.outside.resumed.add(dispatch_id)
            control.resume(
                session,
                dispatch_id,
                settings=ground.settings,
                zone_rules=ground.office.zone_rules,
                now=ground.time.now(),
            )

    # -- a bad day ------------------------------------------------------------------------------------

    def restore(self):
        """The database is lost: last night's backup comes into an empty one."""
        ground = self.ground
        kept = nightly.newest(ground.settings)
        if kept is None:
            ground.note("no backup to restore")
            return
        with ground.faults.resting():
            opposed = self._opposed()
            before = ground.office.database
            with before.read() as session:
                went = editions_that_went(session, ground.outside.tokens())
            known = self._what_went(before)
            ground.url = ground.new_url()
            ground.open()
            key = sealed.read_key(ground.settings.backup.key.get_secret_value())
            keeping.restore(
                Path(kept.where) / kept.name,
                ground.office.database,
                key=key,
                now=ground.time.now(),
            )
            ground.open()
            ground.note(f"restored {kept.name}")
            ground.checker.watch(ground.office.database)
            has = self._what_went(ground.office.database)
            ground.outside.forgotten |= known - has
            with ground.office.database.read() as session:
                knows = editions_that_went(session, ground.outside.tokens())
            ground.outside.editions |= went - knows
            self._oppose_again(opposed)
            self.releases = {
                number: ids
                for number, ids in self.releases.items()
                if self._is_there(ids[1])
            }

    def _opposed(self):
        with self.ground.office.database.read() as session:
            return set(session.scalars(select(Suppression.address_key)))

    def _oppose_again(self, keys):
        """From the list that the office keeps on paper: a backup knows no later opposition."""
        with self._as("samira") as session:
            for key in sorted(keys - {None}):
                suppress(session, key, reason="opposition", now=self.ground.time.now())

    def _what_went(self, database):
        """Mails of the outside that this database knows to be out."""
        with database.read() as session:
            out = set(
                session.scalars(
                    select(Delivery.token).where(
                        Delivery.state.not_in(
                            [
                                DeliveryState.WAITING,
                                DeliveryState.HELD,
                                DeliveryState.CANCELLED,
                            ]
                        )
                    )
                )
            )
        return out & set(self.ground.outside.tokens())

    def _is_there(self, dispatch_id):
        with self.ground.office.database.read() as session:
            return session.get(Dispatch, dispatch_id) is not None


class _Acting:
    """A person's transaction, named in the journal."""

    def __init__(self, ground, name):
        self._contexts = (
            acting(name, via="page"),
            ground.office.database.write(),
        )

    def __enter__(self):
        self._contexts[0].__enter__()
        return self._contexts[1].__enter__()

    def __exit__(self, *given):
        try:
            return self._contexts[1].__exit__(*given)
        finally:
            self._contexts[0].__exit__(*given)
