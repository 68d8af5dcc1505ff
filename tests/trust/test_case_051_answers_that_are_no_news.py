"""Case 51: an answer with status 200 is not a healthy source.

An error page, an empty body, a login page, a captcha, a parked domain: the source is named,
an alert is raised, and none of it counts as "no articles today".
"""

from datetime import timedelta

import pytest
from listening_makers import a_feed, a_source
from web_site import web_site, web_to

from core.alerts import open_alerts
from core.bounded import Bounded
from core.ids import CountedIds
from core.settings import Alerts, Settings
from monitor import alerting, report
from monitor.intake.parsing import Parsing
from monitor.pipeline import Pipeline

HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(title, body):
    return (
        f"<!DOCTYPE html><html lang='fr'><head><title>{title}</title></head>"
        f"<body>{body}</body></html>"
    ).encode()


ANSWERS = {
    "error page": (
        page("502 Bad Gateway", "<h1>502 Bad Gateway</h1><hr>nginx"),
        "failing",
    ),
    "empty body": (b"", "failing"),
    "blank body": (b" \r\n\r\n ", "failing"),
    "login page": (
        page(
            "Connexion",
            "<h1>Connectez-vous pour continuer</h1><form method='post' action='/login'>"
            "<input name='email'><input type='password' name='password'>"
            "<button>Se connecter</button></form>",
        ),
        "blocked",
    ),
    "captcha": (
        page(
            "Just a moment...",
            "<h1>Vérification que vous êtes humain</h1><div id='cf-challenge'></div>"
            "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script>",
        ),
        "blocked",
    ),
    "parked domain": (
        page(
            "quotidien.ma is for sale",
            "<h1>This domain is for sale!</h1><p>Buy this domain. Related searches: Loans,"
            " Casino, Hotels</p><p>The domain is parked free, courtesy of the registrar.</p>",
        ),
        "hijacked",
    ),
}


@pytest.mark.parametrize("kind", ["feed", "page"])
@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_named_told_and_never_taken_for_silence(*, database, clock, name, kind):
    body, expected = ANSWERS[name]
    with database.write() as session:
        source_id = a_source(
            session,
            clock,
            host="quotidien.ma",
            kind=kind,
            url="http://quotidien.ma/feed",
        )
    with (
        web_site() as site,
        web_to(site.hosts("quotidien.ma")) as web,
        Bounded() as bounded,
    ):
        pipeline = Pipeline(
            database=database,
            clock=clock,
            timer=clock,
            ids=CountedIds(),
            web=web,
            parsing=Parsing(bounded=bounded),
            settings=Settings(),
            windows=lambda _: [],
        )
        site.answers["/feed"] = (200, HTML, body)
        (found,) = pipeline.run_due()
        assert (found.state, found.entries) == (expected, 0)
        assert found.fault
        clock.wait(timedelta(hours=7))
        alerting.check(database, Alerts(), now=clock.now())
        with database.read() as session:
            assert [one.about for one in open_alerts(session)] == [
                f"source:{source_id}"
            ]
        with database.read() as session:
            day = report.completeness(
                session, since=clock.now() - timedelta(days=1), until=clock.now()
            )
        assert (day.read, day.total) == (0, 1)
        if kind == "feed":
            site.answers["/feed"] = (200, {}, a_feed("1"))
            pipeline.run_one(source_id)
            alerting.check(database, Alerts(), now=clock.now())
            with database.read() as session:
                assert open_alerts(session) == [], (
                    "it is over when the source is well again"
                )
