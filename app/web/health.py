"""Is it alive, and is it ready: for a container and for monitoring."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from app.web.pages import Pages


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/health")

    @found.get("/live")
    def live() -> JSONResponse:
        return JSONResponse({"live": True})

    @found.get("/ready")
    def ready() -> JSONResponse:
        with pages.office.database.read() as session:
            session.execute(text("SELECT 1"))
        rules = pages.office.zone_rules
        return JSONResponse(
            {"ready": rules.can_arm(), "zone_rules": rules.version},
            200 if rules.can_arm() else 503,
        )

    return found
