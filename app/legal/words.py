"""What the register, the notice and a person's file call their things: codes -> sentences."""

from collections.abc import Mapping
from typing import Final

from app.legal.personal import Sort, Use
from core.i18n import N_
from core.retention import Then
from distributor.states import Asked, Came, Settled

USES: Final[Mapping[Use, str]] = {
    Use.PRESS: N_("Press relations: the press list and what is sent to it"),
    Use.EVENTS: N_("Events: invitations, answers and the list at the door"),
    Use.REVIEW: N_("Press review: reading what the press publishes"),
    Use.RELEASES: N_("Releases and the public newsroom"),
    Use.RIGHTS: N_("Oppositions and requests of people about their data"),
    Use.STAFF: N_("Accounts of those who work in the office, and the journal"),
}
PURPOSES: Final[Mapping[Use, str]] = {
    Use.PRESS: N_(
        "To inform journalists and newsrooms of the institution's work, and to prove what was sent to whom."
    ),
    Use.EVENTS: N_("To receive the press at an event and to let in whom it expects."),
    Use.REVIEW: N_(
        "To know what the press says of the institution, with its sources, and to tell who wrote it."
    ),
    Use.RELEASES: N_(
        "To publish releases with the press contact who answers for them."
    ),
    Use.RIGHTS: N_("To mail nobody who objected, and to answer people in time."),
    Use.STAFF: N_(
        "To let in only those who work here, each with their own rights, and to know who did what."
    ),
}
PEOPLE: Final[Mapping[Use, str]] = {
    Use.PRESS: N_("Journalists, newsrooms and other people on the press list"),
    Use.EVENTS: N_(
        "Invited journalists, their crews and guests who came by themselves"
    ),
    Use.REVIEW: N_("Authors of articles, and people whom the press names"),
    Use.RELEASES: N_("Press contacts, signatories and people whom a release names"),
    Use.RIGHTS: N_("Whoever objected or asked about their data"),
    Use.STAFF: N_("People who work in the office"),
}
RECIPIENTS: Final[Mapping[Use, str]] = {
    Use.PRESS: N_(
        "The office's writers and validators; the mail service that carries the messages"
    ),
    Use.EVENTS: N_("The office, and those who stand at the door"),
    Use.REVIEW: N_("The office, and the readers of the review"),
    Use.RELEASES: N_(
        "The press, and the public where a release stands in the newsroom"
    ),
    Use.RIGHTS: N_("The office's administrators"),
    Use.STAFF: N_("The office's administrators"),
}
BASES: Final[Mapping[str, str]] = {
    "public-task": N_(
        "A task carried out in the public interest (GDPR, article 6(1)(e))"
    ),
    "legitimate-interests": N_("Legitimate interests (GDPR, article 6(1)(f))"),
    "consent": N_("The consent of each person (GDPR, article 6(1)(a))"),
    "duty": N_("A legal duty (GDPR, article 6(1)(c))"),
}
SORTS: Final[Mapping[Sort, str]] = {
    Sort.IDENTITY: N_("names"),
    Sort.ADDRESS: N_("mail addresses"),
    Sort.TELEPHONE: N_("telephone numbers"),
    Sort.WORK: N_("outlet, function and subjects"),
    Sort.CHOICES: N_("languages, quiet hours and other choices"),
    Sort.ORIGIN: N_("where it comes from, consent and changes"),
    Sort.MESSAGES: N_("messages sent, and what became of them"),
    Sort.ATTENDANCE: N_("answers to invitations, crews and equipment"),
    Sort.VEHICLE: N_("number plates"),
    Sort.OPPOSITION: N_("oppositions, by a hash of the address"),
    Sort.REQUESTS: N_("requests about one's data"),
    Sort.BYLINES: N_("by-lines"),
    Sort.PRESS_TEXT: N_("what the press published"),
    Sort.OWN_TEXT: N_("what the office wrote and published"),
    Sort.SIGN_IN: N_("what signing in needs"),
    Sort.DEEDS: N_("who did what, and when"),
    Sort.REMARKS: N_("remarks and reasons that somebody typed"),
}
THEN: Final[Mapping[Then, str]] = {
    Then.REMOVED: N_("removed"),
    Then.EMPTIED: N_("emptied; the row stays to be counted"),
    Then.PSEUDONYMISED: N_("replaced by a hash"),
    Then.PROPOSED: N_("proposed to a person, who decides"),
    Then.KEPT: N_("kept"),
}
ASKED: Final[Mapping[Asked, str]] = {
    Asked.ACCESS: N_("to receive their data"),
    Asked.CORRECTION: N_("to have it corrected"),
    Asked.ERASURE: N_("to have it erased"),
    Asked.OPPOSITION: N_("to receive nothing more"),
}
CAME: Final[Mapping[Came, str]] = {
    Came.LETTER: N_("by letter"),
    Came.MAIL: N_("by mail"),
    Came.TELEPHONE: N_("by telephone"),
    Came.VISIT: N_("in person"),
    Came.PAGE: N_("on the preference page"),
}
SETTLED: Final[Mapping[Settled, str]] = {
    Settled.GRANTED: N_("done"),
    Settled.REFUSED: N_("refused, for the reason noted"),
    Settled.UNKNOWN: N_("nothing is kept of them"),
}
# What a plan of erasing counts, by table.
TABLES: Final[Mapping[str, str]] = {
    "contact": N_("The contact itself: removed"),
    "employment": N_("Outlets over time: removed"),
    "membership": N_("Places on mailing lists: removed"),
    "answer": N_("Answers to invitations, with crews and plates: removed"),
    "contact_change": N_(
        "How they were before and after an import or a merge: removed"
    ),
    "delivery": N_("Messages: they stay counted, without name and address"),
    "attempt": N_("Answers of mail servers, which repeat the address: emptied"),
    "event": N_("Reports of mail services, which repeat the address: emptied"),
    "dispatch": N_("Dispatches that left them out: the address goes"),
    "suppression": N_("Oppositions: only a hash of the address stays, and refuses it"),
    "byline": N_("By-lines that name them as a contact: removed"),
    "edition": N_("Editions of the review that name them as the author: the name goes"),
    "walk_in": N_("Names on the list at a door: removed"),
    "contact_file": N_("Contact files that wait to be imported: removed"),
    "test_mail": N_("Test mails: the address goes"),
    "repeat": N_("Answers kept for programs: emptied"),
    "person_request": N_("Their requests: they stay as proof, without the address"),
}
