"""A template is foreign code: it ends in time, reaches nothing, and cannot fill the memory."""

from __future__ import annotations

import sys
import time

import pytest

from app.domain.errors import TemplateFailed
from app.engine import template_sandbox
from app.engine.template_sandbox import Sandbox


def render(source: str, time_limit_s: float = 5.0, **values: object) -> str | None:
    return Sandbox(source, lambda: False, time_limit_s).render(values, output_limit=10_000)


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% set x = i %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
        "{% for i in range(99999) %}{{ range(99999) | sum }}{% endfor %}",
        "{{ lipsum(n=99999) | length }}",
        "{{ range(9) | slice(1000000000) | list | length }}",
    ],
)
def test_a_template_without_end_is_ended(source: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemplateFailed, match="runs for more than"):
        render(source, time_limit_s=0.3)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ raise_exception.__globals__['os'] }}",
        "{{ self.__init__.__globals__ }}",
        "{{ messages.append(1) }}",
        "{{ range(1000000000) | list }}",
        "{{ 'a' * 100000000 }}",
        "{{ 10 ** 1000000 }}",
        "{{ (2 ** 4000) * (2 ** 4000) }}",
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% for i in range(20000) %}{{ i }}{% endfor %}",
        "{{ raise_exception('no') }}",
        "{{ 1 / 0 }}",
        "{{ nothing.more }}",
        "{{ none + 1 }}",
        "{% for %}",
        "x" * 2_000_000,
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ dict.mro() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 'a' | center(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ ('a' * 9999999) | replace('a', 'b' * 9999999) }}",
        "{{ ('a' * 9999999).replace('a', 'b' * 9999999) }}",
        "{{ 'x\\ny' | indent(1000000000) }}",
        "{{ ('x\\n' * 999999) | indent(9999999) }}",
        "{{ ('a ' * 9999) | wordwrap(1, wrapstring='x' * 9999999) }}",
        "{{ range(99999) | join('x' * 9999999) }}",
        "{{ ('\\t' * 9999999).expandtabs(9999999) }}",
        "{{ {'a': 1} | tojson(indent=1000000000) }}",
        "{{ range(99999) | batch(1000000000, 'x') | list }}",
        "{% set ns = namespace(x=['a']) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    ],
)
def test_what_a_template_must_not_do_is_a_known_error(source: str) -> None:
    with pytest.raises(TemplateFailed):
        render(source, messages=[])


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages.__class__ }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__}'.format('') }}",
        "{{ [''] | map('attr', '__class__') | join }}",
        "{{ [''] | map(attribute='__class__') | join }}",
        "{{ raise_exception.__code__ }}",
        "{{ self._TemplateReference__context }}",
    ],
)
def test_what_leads_to_python_is_not_there(source: str) -> None:
    assert render(source, messages=[]) == ""


def test_a_cancel_ends_a_template() -> None:
    source = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    asked = iter([False] * 3)
    sandbox = Sandbox(source, lambda: next(asked, True))
    assert sandbox.render({}, output_limit=100) is None


def test_what_ends_one_template_never_strikes_what_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda _told: None)  # it may strike before the first line
    monkeypatch.setattr(template_sandbox, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(template_sandbox, "RAISE_AGAIN_S", 0.001)
    loop = "{% for j in range(20) %}{% for i in range(LENGTH) %}{{ '' }}{% endfor %}{% endfor %}"
    ends = set()
    for number in range(60):
        sandbox = Sandbox(loop.replace("LENGTH", str(1000 * (1 + number))), lambda: True)
        ends.add(sandbox.render({}, output_limit=100) is None)
        assert sum(range(20_000)) == 199_990_000
    assert True in ends


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ {'a': '<é>'} | tojson }}", '{"a": "<é>"}'),
        ("a\n  {% if true %}\nb\n  {% endif %}\nc", "a\nb\nc"),
        ("{% for i in [1, 2, 3] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "13"),
        ("{{ strftime_now('%Y')[:2] }}", "20"),
        ("{% generation %}x{% endgeneration %}", "x"),
        ("{% if tools is defined %}tools{% endif %}.", "."),
        ("{{ '-' * 3 }}", "---"),
        ("{{ 2 ** 10 }}", "1024"),
    ],
)
def test_what_templates_of_real_models_use_is_there(source: str, text: str) -> None:
    assert render(source) == text
