"""The journal's stable verbs and things, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from core.i18n import N_, Words
from core.journal.actor import API, COMMAND_LINE, JOB, PAGE
from core.journal.telling import Act

# What has a sentence of its own; every other verb is a thing and what was done to it.
VERBS: Final[Mapping[str, str]] = {
    "account.signed-in": N_("Signed in"),
    "account.signed-out": N_("Signed out"),
    "account.sign-in-failed": N_("Sign-in failed"),
    "byline.proposed": N_("By-line decision taken back"),
    "byline.confirmed": N_("By-line confirmed"),
    "byline.rejected": N_("By-line rejected"),
    "coverage.confirmed": N_("Coverage confirmed"),
    "coverage.proposed": N_("Coverage decision taken back"),
    "coverage.rejected": N_("Coverage rejected"),
    "coverage.withdrawn": N_("Coverage withdrawn"),
    "dispatch.added": N_("Dispatch planned"),
    "dispatch.approved": N_("Dispatch approved"),
    "dispatch.done": N_("Dispatch ended"),
    "dispatch.held": N_("Dispatch held"),
    "dispatch.paused": N_("Dispatch paused"),
    "dispatch.running": N_("Dispatch begun or resumed"),
    "dispatch.stopped": N_("Dispatch stopped or undone"),
    "dispatch.waived": N_("Finding accepted with a reason"),
    "edition.frozen": N_("Edition frozen"),
    "edition.open": N_("Edition reopened"),
    "edition.replaced": N_("Edition replaced by a later version"),
    "edition.sent": N_("Edition sent"),
    "edition.skipped": N_("Edition left out: nothing was found"),
    "edition.validated": N_("Edition validated"),
    "office.held": N_("Everything put on hold"),
    "office.released": N_("Hold released"),
}
_THINGS: Final[Mapping[str, str]] = {
    "account": N_("Account"),
    "answer": N_("Answer to an invitation"),
    "api_token": N_("Token of a program"),
    "attachment": N_("Attached file"),
    "byline": N_("By-line"),
    "contact": N_("Contact"),
    "contact_batch": N_("Import or merge of contacts"),
    "coverage": N_("Coverage line"),
    "delegation": N_("Delegation"),
    "directory_name": N_("Name in the directory"),
    "dispatch": N_("Dispatch"),
    "edition": N_("Edition"),
    "employment": N_("Outlet of a contact"),
    "gathering": N_("Event"),
    "goal": N_("Goal of a release"),
    "key_message": N_("Key message"),
    "lifting": N_("Lifted suppression"),
    "mailing_list": N_("Mailing list"),
    "membership": N_("Membership of a list"),
    "outlet": N_("Outlet"),
    "passkey": N_("Passkey"),
    "person_request": N_("Request of a person"),
    "publication": N_("Publication in the newsroom"),
    "reader_group": N_("Readers of the review"),
    "recovery_code": N_("Recovery code"),
    "rectification": N_("Error to rectify"),
    "release": N_("Release"),
    "release_comment": N_("Comment on a release"),
    "release_profile": N_("Profile of a release"),
    "review_plan": N_("Plan of the review"),
    "second_factor": N_("Second factor"),
    "signed_in": N_("Session"),
    "source": N_("Source"),
    "story_said": N_("Story put right"),
    "suppression": N_("Suppression"),
    "version": N_("Version of a release"),
    "walk_in": N_("Walk-in guest"),
    "watch": N_("Watch"),
    "webhook": N_("Webhook"),
}
_ACTS: Final[Mapping[str, str]] = {
    Act.ADDED: N_("%(thing)s: added"),
    Act.CHANGED: N_("%(thing)s: changed"),
    Act.REMOVED: N_("%(thing)s: removed"),
}
_WAYS: Final[Mapping[str, str]] = {
    PAGE: N_("on a page"),
    API: N_("by the API"),
    COMMAND_LINE: N_("on the command line"),
    JOB: N_("by itself"),
}
_FAULTS: Final[Mapping[str, str]] = {
    "missing": N_("a line is missing"),
    "not linked": N_("a line does not follow from the one before"),
    "changed": N_("a line was changed"),
    "cut off": N_("its end was cut off"),
    "seal": N_("a seal is not this office's"),
}
# Where a thing is looked at; others have no page of their own.
_PATHS: Final[Mapping[str, str]] = {
    "coverage": "/coverage/",
    "dispatch": "/dispatches/",
    "release": "/releases/",
    "source": "/sources/",
    "watch": "/watches/",
}


def known_verbs(said: Words) -> Mapping[str, str]:
    """What can be asked for, with its words, in their order."""
    composed = [f"{thing}.{act}" for thing in _THINGS for act in _ACTS]
    named = {verb: of_verb(verb, said) for verb in [*VERBS, *composed]}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


def of_verb(verb: str, said: Words) -> str:
    """A verb that nobody gave words is shown as it is."""
    if verb in VERBS:
        return said.gettext(VERBS[verb])
    thing, _, act = verb.partition(".")
    if act not in _ACTS:
        return verb
    return said.gettext(_ACTS[act]).replace("%(thing)s", of_thing(thing, said))


def of_thing(thing: str, said: Words) -> str:
    return said.gettext(_THINGS[thing]) if thing in _THINGS else thing


def of_way(via: str, said: Words) -> str:
    return said.gettext(_WAYS[via]) if via in _WAYS else via


def of_fault(why: str, said: Words) -> str:
    return said.gettext(_FAULTS[why]) if why in _FAULTS else why


def path_of(about: str) -> str:
    kind, _, number = about.partition(":")
    return f"{_PATHS[kind]}{number}" if kind in _PATHS and number.isdecimal() else ""
