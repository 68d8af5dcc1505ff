"""Settings: where they come from, and what a wrong one says."""

from pathlib import Path

import pytest
from pydantic import BaseModel

import distributor.channels
from core.catalogue import members
from core.errors import BadSetting
from core.settings import Settings, load
from core.settings.reading import host_and_port


@pytest.fixture
def file(tmp_path):
    """Writes a settings file and answers its path."""

    def write(text):
        path = tmp_path / "parution.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_file_and_environment_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load(environment={}) == Settings()


def test_the_environment_wins_over_the_file(file):
    path = file('language = "ar"\n[web]\nport = 8400\nhost = "127.0.0.2"\n')
    settings = load(path=path, environment={"PARUTION_WEB__PORT": "8500"})
    assert (settings.language, settings.web.host) == ("ar", "127.0.0.2")
    assert settings.web.port == 8500


def test_the_file_is_found_by_its_setting(file):
    path = file('language = "ar"\n')
    assert load(environment={"PARUTION_CONFIG": str(path)}).language == "ar"


def test_a_file_that_is_named_and_missing_stops_the_start(tmp_path):
    missing = str(tmp_path / "missing.toml")
    with pytest.raises(BadSetting, match="does not exist") as stopped:
        load(environment={"PARUTION_CONFIG": missing})
    assert stopped.value.to == missing


def test_a_nested_setting_has_two_underscores(file):
    settings = load(
        path=file(""),
        environment={
            "PARUTION_ORGANISATION__FROM": "presse@ministere.test",
            "PARUTION_CHANNELS__SMTP__HOST": "mail.test",
        },
    )
    assert settings.organisation.sender == "presse@ministere.test"
    assert settings.channels == {"smtp": {"host": "mail.test"}}


def test_a_secret_is_read_from_its_file(file, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    settings = load(
        path=file(""),
        environment={
            "PARUTION_SECRET_KEY_FILE": str(secret),
            "PARUTION_CHANNELS__SMTP__PASSWORD_FILE": str(secret),
        },
    )
    assert settings.secret_key.get_secret_value() == "hunter2"
    assert settings.channels["smtp"]["password"] == "hunter2"


def test_a_secret_file_wins_over_the_plain_variable(file, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("newer")
    environment = {
        "PARUTION_SECRET_KEY_FILE": str(secret),
        "PARUTION_SECRET_KEY": "older",
    }
    assert (
        load(path=file(""), environment=environment).secret_key.get_secret_value()
        == "newer"
    )


def test_a_secret_file_that_cannot_be_read_is_named(file, tmp_path):
    with pytest.raises(BadSetting, match="cannot be read") as stopped:
        load(
            path=file(""),
            environment={"PARUTION_SECRET_KEY_FILE": str(tmp_path / "none")},
        )
    assert stopped.value.to == f"PARUTION_SECRET_KEY_FILE={tmp_path / 'none'}"


@pytest.mark.parametrize(
    "variable",
    ["PARUTION_COLOUR", "PARUTION_WEB__COLOUR", "PARUTION_LANGUAGE__COLOUR"],
)
def test_an_unknown_setting_stops_the_start_by_its_name(file, variable):
    with pytest.raises(BadSetting) as stopped:
        load(path=file('language = "fr"\n'), environment={variable: "blue"})
    assert stopped.value.to == variable


def test_an_unknown_setting_of_the_file_is_named_too(file):
    with pytest.raises(BadSetting, match="There is no such setting") as stopped:
        load(path=file("[web]\ncolour = 1\n"), environment={})
    assert stopped.value.to == "PARUTION_WEB__COLOUR"


@pytest.mark.parametrize(
    "variable",
    [
        "PARUTION_WEB__PORT",
        "PARUTION_LANGUAGE",
        "PARUTION_REVIEW__CUT_OFF",
        "PARUTION_FETCH__HOSTS",
        "PARUTION_SENDING__CONNECTIONS",
        "PARUTION_WEB",
    ],
)
def test_a_wrong_value_is_named_and_never_shown(file, variable):
    with pytest.raises(BadSetting) as stopped:
        load(path=file(""), environment={variable: "hunter2"})
    assert stopped.value.to == variable
    assert "hunter2" not in str(stopped.value)


def test_a_settings_file_that_is_not_toml_names_its_line(file):
    path = file('language = "fr"\nweb = port\n')
    with pytest.raises(BadSetting, match="line 2") as stopped:
        load(path=path, environment={})
    assert stopped.value.to == str(path)


@pytest.mark.parametrize(
    "given", ["10.1.0.0/16, 127.0.0.1", '["10.1.0.0/16", "127.0.0.1/32"]']
)
def test_a_list_is_given_as_json_or_with_commas(file, given):
    settings = load(
        path=file(""), environment={"PARUTION_FETCH__ALLOW_NETWORKS": given}
    )
    assert settings.fetch.allow_networks == ("10.1.0.0/16", "127.0.0.1/32")


@pytest.mark.parametrize(
    "given",
    [
        "a.test=127.0.0.1:1, b.test=127.0.0.1:2",
        '{"a.test": "127.0.0.1:1", "b.test": "127.0.0.1:2"}',
    ],
)
def test_a_table_is_given_as_json_or_with_commas(file, given):
    settings = load(path=file(""), environment={"PARUTION_FETCH__HOSTS": given})
    assert settings.fetch.hosts == {"a.test": "127.0.0.1:1", "b.test": "127.0.0.1:2"}


def test_visitors_are_signed_in_on_this_machine_only(file):
    home = {"PARUTION_WEB__SIGN_IN_AS": "demo"}
    assert load(path=file(""), environment=home).web.sign_in_as == "demo"
    with pytest.raises(BadSetting, match="only allowed while host"):
        load(path=file(""), environment=home | {"PARUTION_WEB__HOST": "10.1.0.1"})


def test_an_empty_database_url_is_a_file_of_the_data_folder():
    settings = Settings(data_dir=Path("office"))
    assert settings.resolved_database_url() == ("sqlite:///office/parution.db")


def test_what_is_not_ours_in_the_environment_is_passed_over(file):
    load(path=file(""), environment={"PATH": "x", "PARUTION_TEST_COLOUR": "blue"})


def _names(model, path=()):
    for name, field in model.model_fields.items():
        yield ".".join([*path, name])
        default = field.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            yield from _names(type(default), (*path, name))


def test_no_setting_is_named_like_a_secret_file():
    # PARUTION_..._FILE would be read as "the value is in this file".
    channels = members(distributor.channels, "Channel").values()
    named = [*_names(Settings)]
    for channel in channels:
        named += _names(channel.Options, ("channels", channel.name))
    assert [name for name in named if name.endswith("_file")] == []


def test_a_table_in_the_wrong_form_says_how_to_write_it(file):
    with pytest.raises(BadSetting, match="like name=value"):
        load(path=file(""), environment={"PARUTION_FETCH__HOSTS": "a.test"})


def test_a_return_path_too_long_to_carry_a_token_is_refused():
    with pytest.raises(BadSetting, match="15 letters before the @"):
        load(
            environment={
                "PARUTION_BOUNCES__VERP": "yes",
                "PARUTION_ORGANISATION__RETURN_PATH": "bounces.of.the.office@office.test",
            }
        )


@pytest.mark.parametrize("name", ["declared_on", "authorised_on", "transfer_on"])
@pytest.mark.parametrize("wrong", ["2026-02-30", "2025-02-29", "20260331", "demain"])
def test_a_day_that_no_month_has_stops_the_start(file, name, wrong):
    with pytest.raises(BadSetting) as stopped:
        load(path=file(""), environment={f"PARUTION_LEGAL__{name.upper()}": wrong})
    assert stopped.value.to == f"PARUTION_LEGAL__{name.upper()}"
    assert "written like 2026-03-31" in str(stopped.value)


def test_a_day_of_a_leap_year_and_none_are_taken():
    for day in ("2028-02-29", ""):
        given = Settings.model_validate({"legal": {"declared_on": day}})
        assert given.legal.declared_on == day


@pytest.mark.parametrize("where", ["clamd:99999", "clamd:0", "[::1]:65536"])
def test_a_port_that_cannot_be_stops_the_start(file, where):
    with pytest.raises(BadSetting) as stopped:
        load(path=file(""), environment={"PARUTION_UPLOADS__SCANNER": where})
    assert stopped.value.to == "PARUTION_UPLOADS__SCANNER"
    assert "1 to 65535" in str(stopped.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("mail.test", ("mail.test", "")),
        ("mail.test:25", ("mail.test", "25")),
        ("10.0.0.1:3310", ("10.0.0.1", "3310")),
        ("2001:db8::1", ("2001:db8::1", "")),
        ("[2001:db8::5]:3310", ("2001:db8::5", "3310")),
        ("[::1]", ("::1", "")),
    ],
)
def test_a_host_is_parted_from_its_port(text, parts):
    assert host_and_port(text) == parts
