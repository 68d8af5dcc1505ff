"""The figures of this office for a monitoring system; `web.metrics` says who may read them."""

from fastapi import APIRouter, Request, Response

from app.seeing.exposing import Figures
from app.web.pages import Pages


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    figures = Figures(pages.office, tables=True)

    @found.get("/metrics")
    def metrics(request: Request) -> Response:
        return figures.answer(request)

    return found
