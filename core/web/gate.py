"""What is dialled: names are looked up, and every address they lead to is vetted."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from core.errors import AddressRefused
from core.web import address
from core.wording import worded

_LOOKUPS = 32

# The addresses of a host name, as literals.
Resolve = Callable[[str], Awaitable[Sequence[str]]]


class Gate:
    """Vets literal addresses, remembering what it found."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(allowed)
        self._may_dial = lru_cache(maxsize=8_192)(self._decide)

    def vet(self, literal: str, *, to: str = "") -> None:
        if not self._may_dial(literal):
            raise AddressRefused(
                worded(
                    "The address leads into a private network (%(literal)s).",
                    literal=literal,
                ),
                to=to,
                mend=worded(
                    "If that is meant, let it through by PARUTION_FETCH__ALLOW_NETWORKS."
                ),
            )

    def is_let_through(self, literal: str) -> bool:
        """Whether only the operator's list lets it through, so that any port is meant."""
        return self._may_dial(literal) and not address.may_dial(ip_address(literal), ())

    def socket(self, info: Any) -> socket.socket:
        """Vet the very address that is dialled next; nothing was sent to it yet."""
        family, kind, proto, _, target = info
        self.vet(str(target[0]))
        return socket.socket(family, kind, proto)

    def _decide(self, literal: str) -> bool:
        try:
            return address.may_dial(ip_address(literal), self._allowed)
        except ValueError:
            return False


class Resolver(AbstractResolver):
    """Asks the operator's table before DNS, and refuses a name with any bad address.

    An attacker's name with one public and one private address would otherwise be dialled
    where the first does not answer. The one that is dialled is vetted once more.
    """

    def __init__(
        self, hosts: Mapping[str, str], gate: Gate, resolve: Resolve | None
    ) -> None:
        self._hosts = {name: _place(there) for name, there in hosts.items()}
        self._gate = gate
        self._resolve = resolve or self._resolved
        self._lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - aiohttp's signature
    ) -> list[ResolveResult]:
        mapped = self._hosts.get(host)
        literals = [mapped[0]] if mapped is not None else await self._resolve(host)
        for literal in literals:
            self._gate.vet(literal)
        if not literals:
            raise OSError(None, "no address")
        return [
            ResolveResult(
                hostname=host,
                host=literal,
                port=mapped[1] if mapped is not None else port,
                family=socket.AF_INET6 if ":" in literal else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for literal in literals
        ]

    async def close(self) -> None:
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def _resolved(self, host: str) -> Sequence[str]:
        # Not the loop's own look-up: uvloop has four threads for it, and one dead name
        # server would hold them all.
        found = await asyncio.get_running_loop().run_in_executor(
            self._lookups, _looked_up, host
        )
        return [str(row[4][0]) for row in found]


def _place(there: str) -> tuple[str, int]:
    literal, _, port = there.rpartition(":")
    return literal.strip("[]"), int(port)


def _looked_up(host: str) -> list[Any]:
    return list(
        socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    )
