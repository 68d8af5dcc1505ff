"""What a domain publishes as text, asked of this machine's name servers.

Ask before a transaction begins: an answer may take seconds.
"""

from collections.abc import Sequence
from typing import Protocol

import dns.exception
import dns.rdatatype
import dns.resolver

from core.errors import Unavailable
from core.wording import worded


class Resolver(Protocol):
    def texts(self, name: str) -> Sequence[str]:
        """Every text record of *name*; none when it has none or is not there.

        Raises Unavailable when no server answers in time.
        """
        ...


class SystemResolver:
    """Asks the name servers of this machine, or those at *servers* and *port*."""

    def __init__(
        self, *, seconds: float = 3.0, servers: Sequence[str] = (), port: int = 53
    ) -> None:
        self._seconds = seconds
        self._servers = servers
        self._port = port

    def texts(self, name: str) -> Sequence[str]:
        try:
            answer = self._asker().resolve(name, dns.rdatatype.TXT, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise Unavailable(
                worded("The name server did not answer."),
                to=name,
                mend=worded("Check this machine's name server, and ask again."),
            ) from error
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace") for record in answer
        )

    def _asker(self) -> dns.resolver.Resolver:
        # Made anew each time: the machine may have moved to another network.
        asker = dns.resolver.Resolver(configure=not self._servers)
        if self._servers:
            asker.nameservers = list(self._servers)
        asker.port = self._port
        asker.timeout = asker.lifetime = self._seconds
        return asker
