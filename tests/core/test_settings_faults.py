"""All that is wrong with the settings is named at once, with its place and its mend."""

import pytest

from core.errors import BadSetting
from core.settings import Settings, load, read
from core.settings.faults import names


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "parution.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def by_key(found):
    return {one.key: one for one in found.wrong}


def test_each_fault_is_named_with_where_it_was_said(file, tmp_path):
    path = file('[web]\nprot = 80\n[organisation]\nzone = "Africa/Casa"\n')
    found = read(
        path=path,
        environment={
            "PARUTION_WEB__PORT": "hunter2",
            "PARUTION_LANGAGE": "fr",
            "PARUTION_SECRET_KEY_FILE": str(tmp_path / "none"),
        },
    )
    assert found.settings is None
    wrong = by_key(found)
    assert {one: wrong[one].origin for one in sorted(wrong)} == {
        "": f"PARUTION_SECRET_KEY_FILE={tmp_path / 'none'}",
        "langage": "PARUTION_LANGAGE",
        "organisation.zone": str(path),
        "web.port": "PARUTION_WEB__PORT",
        "web.prot": str(path),
    }
    assert wrong["web.prot"].mend == "Did you mean web.port?"
    assert wrong["langage"].mend == "Did you mean language?"
    assert wrong["web.port"].what == "This must be a whole number."
    assert "Africa/Casablanca" in wrong["organisation.zone"].what
    assert "hunter2" not in str(found.wrong)


def test_a_start_says_the_first_and_how_many_more(file):
    with pytest.raises(BadSetting) as stopped:
        load(path=file("[web]\nprot = 80\ncolour = 1\nhots = 2\n"), environment={})
    assert "2 more are wrong" in str(stopped.value)
    assert "parution doctor" in stopped.value.mend


def test_a_setting_in_the_wrong_section_is_found_by_its_name(file):
    found = read(path=file("validate_by = 3\n"), environment={})
    (wrong,) = found.wrong
    assert wrong.mend == "Did you mean review.validate_by?"


def test_what_resembles_nothing_is_sent_to_the_file(file):
    (wrong,) = read(path=file("xyzzy = 1\n"), environment={}).wrong
    assert "See config/parution.toml" in wrong.mend


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nport = 99999\n", "65535 or less"),
        ("[web]\nidle_hours = 0\n", "more than 0"),
        ("[sending]\nconnections = 0\n", "1 or more"),
        ('language = "de"\n', "one of: 'fr', 'ar' or 'en'"),
        ('[tracking]\nopens = "perhaps"\n', "true or false"),
        ("web = 3\n", "section"),
        ('[review]\ncut_off = "late"\n', "not written as it must be"),
        ('[organisation]\nzone = "../../etc/passwd"\n', "no time zone"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(file, text, said):
    (wrong,) = read(path=file(text), environment={}).wrong
    assert said in wrong.what


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@db/p",
        "hunter2",
        "postgresql://",
        "sqlite:relative",
        "postgresql://u:hunter2@db:54x2/parution",
    ],
)
def test_a_database_of_another_kind_is_refused_and_not_shown(url):
    (wrong,) = read(environment={"PARUTION_DATABASE_URL": url}).wrong
    assert wrong.key == "database_url"
    assert "hunter2" not in str(wrong)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////data/parution.db",
        "postgresql://u:p@h/d",
        "postgresql+psycopg://u:p@/d?host=/run",
        "postgresql://u:p/w#?@h:5432/d",
        "postgresql://[::1]:5432/d",
        "postgresql:///d",
        "",
    ],
)
def test_both_engines_are_taken(url):
    assert read(environment={"PARUTION_DATABASE_URL": url}).wrong == []


def test_a_file_that_is_no_toml_hides_nothing_of_the_environment(file):
    found = read(path=file("web = = 1\n"), environment={"PARUTION_LANGAGE": "fr"})
    assert {one.key for one in found.wrong} == {"", "langage"}


def test_figures_by_token_need_one_that_nobody_guesses():
    short = {"PARUTION_WEB__METRICS": "token", "PARUTION_WEB__METRICS_TOKEN": "short"}
    with pytest.raises(BadSetting, match="16 characters") as stopped:
        load(environment=short)
    assert "short" not in str(stopped.value)


def test_a_workers_port_of_figures_needs_somebody_who_may_read_them():
    with pytest.raises(BadSetting, match="needs web"):
        load(environment={"PARUTION_WORKER__METRICS_PORT": "9100"})


@pytest.mark.parametrize("url", ["ftp://x/hunter2", "hunter2"])
def test_a_ping_goes_to_the_web_and_its_address_is_a_secret(url):
    with pytest.raises(BadSetting, match="begin with http") as stopped:
        load(environment={"PARUTION_ALERTS__PING_URL": url})
    assert "hunter2" not in str(stopped.value)
    good = load(environment={"PARUTION_ALERTS__PING_URL": "https://hc.test/hunter2"})
    assert "hunter2" not in repr(good)


def test_headers_of_a_collector_are_pairs():
    given = load(
        environment={"PARUTION_TELEMETRY__HEADERS": "Authorization=Bearer a=b, x=1"}
    )
    assert given.telemetry.header_table == {"authorization": "Bearer a=b", "x": "1"}


def test_every_setting_has_a_name_to_be_suggested():
    known = set(names(Settings))
    assert {"web.port", "organisation.from", "web.oidc.issuer", "language"} <= known
