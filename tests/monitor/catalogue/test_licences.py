from datetime import date

from listening_makers import a_source

from monitor.catalogue.licences import Licence, licensed

DAY = date(2026, 11, 24)


def test_an_outlet_has_the_longest_licence_of_its_sources(each_database, clock):
    with each_database.write() as session:
        for place, options in enumerate(
            (
                {"licence": "ended", "licence_until": "2026-11-23"},
                {"licence": "last day", "licence_until": "2026-11-24"},
                {"licence": "longer", "licence_until": "2027-01-01"},
                {"licence": "short", "licence_until": "2026-12-01"},
            )
        ):
            a_source(session, clock, path=f"/{place}", options=options)
        assert list(licensed(session, DAY).values()) == [
            Licence(text="longer", until="2027-01-01")
        ]
        a_source(session, clock, path="/for-ever", options={"licence": "for ever"})
        assert list(licensed(session, DAY).values()) == [Licence(text="for ever")]


def test_no_licence_and_one_that_ended_allow_nothing(each_database, clock):
    with each_database.write() as session:
        a_source(session, clock, path="/1", options={})
        a_source(session, clock, path="/2", options={"licence": ""})
        a_source(
            session,
            clock,
            path="/3",
            options={"licence": "x", "licence_until": "2026-11-23"},
        )
        assert licensed(session, DAY) == {}
