"""What the one word of a reason says, wherever a person reads it."""

from collections.abc import Mapping
from typing import Final

from core.i18n import N_
from distributor.states import Because

BECAUSE_SAID: Final[Mapping[str, str]] = {
    Because.SUPPRESSED: N_("asked to receive nothing, or the address is dead"),
    Because.STOPPED: N_("stopped before it left"),
    Because.SUPERSEDED: N_("superseded by a correction"),
    Because.DEADLINE: N_("the deadline passed"),
    Because.CRASH: N_("the line was cut before the answer came"),
    Because.UNDONE: N_("undone: nobody got it"),
    Because.ANSWERED: N_("has answered already"),
    Because.LEFT: N_("took themselves off this list"),
    Because.PAUSED: N_("asked for a pause"),
    Because.TOO_OFTEN: N_("got as much as one may in these days"),
    Because.QUIET: N_("has quiet hours until after the deadline"),
    Because.CALL: N_("must not be mailed: call them"),
    Because.ALREADY: N_("gets it in another group"),
    Because.NOT_REACHED: N_("was never reached"),
    Because.REMINDED: N_("is reminded already"),
    Because.NOT_WITHDRAWN: N_("could no longer be called back from the provider"),
}
