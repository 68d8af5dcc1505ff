"""Errors that name what was typed, in the reader's language: a sentence, and what it names."""

from core.errors import BadInput, OfficeError
from core.i18n import Words


class ToldInput(BadInput):
    """Bad input whose sentence has places, such as %(item)s, for *values*."""

    def __init__(self, sentence: str, *, to: str, mend: str, **values: str) -> None:
        super().__init__(sentence % values, to=to, mend=mend % values)
        self._sentence, self._step = sentence, mend
        # What was typed keeps its own direction inside a sentence of another.
        self._values = {name: f"\u2068{value}\u2069" for name, value in values.items()}

    def say(self, said: Words) -> tuple[str, str]:
        """What happened, and the mend."""
        return (
            said.gettext(self._sentence) % self._values,
            said.gettext(self._step) % self._values,
        )


def say(error: OfficeError, said: Words) -> str:
    """What happened and what to do, in the reader's language, as one text."""
    what, mend = (
        error.say(said)
        if isinstance(error, ToldInput)
        else (said.gettext(error.what), said.gettext(error.mend) if error.mend else "")
    )
    return f"{what} {mend}".strip()
