"""Is it alive, and is it ready: for a container and for monitoring. Neither names anybody."""

from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.seeing.access import Access, access, came_by_proxy
from app.seeing.readiness import Readiness
from app.web.pages import Pages


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/health", include_in_schema=False)
    office = pages.office
    readiness = Readiness(office, ticks=pages.ticks)

    @found.get("/live")
    def live() -> JSONResponse:
        """Says nothing of the database: restarting us mends none."""
        return JSONResponse({"live": True})

    @found.get("/ready")
    def ready(request: Request) -> JSONResponse:
        verdict = readiness.verdict()
        may_know = _may_know(request)
        checks: list[dict[str, Any]] = [
            {
                "check": one.name,
                "ok": one.ok,
                "needed": one.needed,
                **({"found": one.found} if may_know else {}),
            }
            for one in verdict.checks
        ]
        return JSONResponse(
            {"ready": verdict.ready, "checks": checks},
            200 if verdict.ready else 503,
        )

    def _may_know(request: Request) -> bool:
        """What the office is made of is told on this machine, and to its monitoring."""
        address = request.client.host if request.client else ""
        given = access(office.settings.web, address=address, headers=request.headers)
        return given is Access.GIVEN or (
            _is_here(address) and not came_by_proxy(request.headers)
        )

    return found


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
