"""The one tree of errors.

OfficeError            something this office can name
+- BadInput            what a person or a file gave cannot be used: exit 2, HTTP 4xx
|  +- BadSetting       a setting is unknown or wrong: the start stops
|  +- NotFound         there is no such thing
+- Conflict            the thing is not in a state that allows this: exit 1, HTTP 409
+- Unavailable         something outside does not answer: exit 1, HTTP 503
   +- FetchRefused     our own rules forbid this address, size or redirect
   +- FetchFailed      the other side or the network failed

Each holds three sentences' worth: what happened, to what, and what to do.
"""


class OfficeError(Exception):
    """*what* happened, *to* what (file, line, field), and the *mend*."""

    code = "office"

    def __init__(self, what: str, *, to: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.to = to
        self.mend = mend

    def __str__(self) -> str:
        place = f"{self.to}: " if self.to else ""
        mend = f" {self.mend}" if self.mend else ""
        return f"{place}{self.what}{mend}"


class BadInput(OfficeError):
    code = "bad-input"


class BadSetting(BadInput):
    code = "bad-setting"


class NotFound(BadInput):
    code = "not-found"


class Conflict(OfficeError):
    code = "conflict"


class Unavailable(OfficeError):
    code = "unavailable"


class FetchRefused(Unavailable):
    code = "fetch-refused"


class FetchFailed(Unavailable):
    code = "fetch-failed"
