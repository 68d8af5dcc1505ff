"""The one tree of errors.

OfficeError            something this office can name
+- BadInput            what a person or a file gave cannot be used: exit 2, HTTP 4xx
|  +- BadSetting       a setting is unknown or wrong: the start stops
|  +- NotFound         there is no such thing
+- Conflict            the thing is not in a state that allows this: exit 1, HTTP 409
+- Unavailable         something outside does not answer: exit 1, HTTP 503
   +- FetchRefused     our own rules forbid this address, size or redirect
   |  +- AddressRefused    not http(s), not public, in disguise
   |  +- RobotsRefused     the site's robots.txt asks us to stay away
   |  +- TooManyRedirects  it leads on and on
   |  +- TooLarge          more bytes than we take, or a bomb
   |  +- Resting           the domain said it is asked too often
   +- FetchFailed      the other side or the network failed
      +- RobotsUnread      its robots.txt cannot be read, so nothing may be
      +- WrongCoding       a content coding we did not ask for, or a broken one
      +- TimedOut          no whole answer in time
      +- Unreachable       no connection, or one that broke

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

    @property
    def kept(self) -> str:
        """Its sentences a line each, for a row: `core.i18n` retells them to whoever reads it.

        A place that is only the name of a field says nothing there.
        """
        is_place = self.to.startswith("/") or "://" in self.to
        place = f"{self.to}:" if is_place else ""
        return "\n".join(one for one in (place, self.what, self.mend) if one)


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


class AddressRefused(FetchRefused):
    code = "address"


class RobotsRefused(FetchRefused):
    code = "robots"


class TooManyRedirects(FetchRefused):
    code = "redirects"


class TooLarge(FetchRefused):
    code = "too-large"


class Resting(FetchRefused):
    """The domain may be asked again in *seconds*."""

    code = "resting"

    def __init__(
        self, what: str, *, to: str = "", mend: str = "", seconds: float
    ) -> None:
        super().__init__(what, to=to, mend=mend)
        self.seconds = seconds


class FetchFailed(Unavailable):
    code = "fetch-failed"


class RobotsUnread(FetchFailed):
    code = "robots-unread"


class WrongCoding(FetchFailed):
    code = "coding"


class TimedOut(FetchFailed):
    code = "timeout"


class Unreachable(FetchFailed):
    code = "unreachable"
