"""The figures as Prometheus reads them, on the pages and on a worker's small port."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from app.bootstrap import Office
from app.seeing.access import Access, access
from app.seeing.rows import Process, Rows

_ANSWERS = {
    Access.OFF: (404, "There is no such page."),
    Access.ASKED: (401, "Say web.metrics_token as a bearer token."),
    Access.REFUSED: (
        403,
        "Figures are read from the machines of web.metrics_networks.",
    ),
}
_PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Figures:
    """One for each process. Only pages tell what the tables tell: workers share them."""

    def __init__(self, office: Office, *, tables: bool) -> None:
        self._office = office
        # Beside the one of the counters, which outlives whoever tells it.
        self._registry = CollectorRegistry()
        self._registry.register(Process(office))
        if tables:
            self._registry.register(Rows(office))

    def answer(self, request: Request) -> Response:
        found = access(
            self._office.settings.web,
            address=request.client.host if request.client else "",
            headers=request.headers,
        )
        if found is not Access.GIVEN:
            status, said = _ANSWERS[found]
            headers = {"WWW-Authenticate": "Bearer"} if found is Access.ASKED else {}
            return PlainTextResponse(f"{said}\n", status, headers=headers | _PLAIN)
        return Response(
            generate_latest(self._office.instruments.counts.registry)
            + generate_latest(self._registry),
            media_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers=_PLAIN,
        )


def make_worker_app(office: Office) -> FastAPI:
    """For a worker without pages: its own figures, and that it is alive."""
    app = FastAPI(title="Parution", docs_url=None, redoc_url=None, openapi_url=None)
    figures = Figures(office, tables=False)

    @app.get("/metrics")
    def metrics(request: Request) -> Response:
        return figures.answer(request)

    @app.get("/health/live")
    def live() -> dict[str, bool]:
        return {"live": True}

    return app
