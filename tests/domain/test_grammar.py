"""Grammars: what people write is let through, what kills or hangs llama.cpp is a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import (
    AppError,
    GrammarIncomplete,
    GrammarRecursive,
    GrammarRefused,
    GrammarTooLarge,
    GrammarUnreadable,
)
from app.domain.grammar import check_grammar
from app.domain.output_format import output_grammar

ARITHMETIC = r"""
# from llama.cpp's own grammars
root  ::= (expr "=" ws term "\n")+
expr  ::= term ([-+*/] term)*
term  ::= ident | num | "(" ws expr ")" ws
ident ::= [a-z] [a-z0-9_]* ws
num   ::= [0-9]+ ws
ws    ::= [ \t\n]*
"""


@pytest.mark.parametrize(
    "text",
    [
        ARITHMETIC,
        'root ::= "yes" | "no"',
        'root ::= [^"\\\\\\x00-\\x1F]{2,} "\\u4F60\\U0001F600" [\\]\\[-] .',
        'root ::= (\n"a"\n|\n"b"){,3}'.replace("{,3}", "{0,3}"),
        "root ::= <think> !<[5]> [a-z]?",
        'root ::= a b\na ::= "x" | a2\na2 ::= "" | "y"\nb ::= "z" root |',
    ],
)
def test_what_people_write(text: str) -> None:
    check_grammar(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [('root ::= "a', 1), ("root", 1), ('root ::= "a"\nb', 2), ("root ::= [a", 1), ('root ::= "a" )', 1),
     ('root ::= "\\q"', 1), ('root ::= * "a"', 1), ('root ::= "a"{3,1}', 1), ('root ::= "a" | ]', 1), ("?" * 60_000, 1),
     ('root ::= "a"\nroot ::= "b"', 2), ('root ::= ""*', 1), ('root ::= "a"+*', 1), ('root ::= "\0"', 1)],
)  # fmt: skip
def test_what_cannot_be_read_says_where(text: str, line: int) -> None:
    with pytest.raises(GrammarUnreadable) as caught:
        check_grammar(text)
    assert caught.value.values["line"] == str(line)
    assert caught.value.values["found"]


@pytest.mark.parametrize(
    ("text", "rule"), [("", "root"), ('a ::= "b"', "root"), ("root ::= foo | bar", "foo"), ("root ::= (foo)*", "foo")]
)
def test_a_missing_rule_is_named(text: str, rule: str) -> None:
    with pytest.raises(GrammarIncomplete) as caught:
        check_grammar(text)
    assert caught.value.values == {"rule": rule}


@pytest.mark.parametrize(
    "text",
    [
        "root ::= root",
        'root ::= a\na ::= b "x"\nb ::= a "y" | "z"',
        'root ::= ("a"*)*',
        # llama.cpp does not see that b may be empty, and its stack grows until the memory ends
        'root ::= a\na ::= b a "y" | "z"\nb ::= c\nc ::= ""',
    ],
)
def test_what_begins_with_itself_is_refused(text: str) -> None:
    with pytest.raises(GrammarRecursive):
        check_grammar(text)


def chain(length: int, body: str) -> str:
    rules = [f"r{number} ::= {body.format(f'r{number + 1}')}" for number in range(length)]
    return "\n".join(["root ::= r0", *rules, f'r{length} ::= "a"'])


@pytest.mark.parametrize(
    "text",
    [
        "root ::= " + "(" * 20_000,
        chain(3_000, "{0}"),
        chain(60, "{0} | {0}"),
        'root ::= "a"{3000}',
        'root ::= (("a" | "b"){0,100} "c"){0,100}',
        'root ::= "' + "x" * 60_000 + '"{2000}',
        'root ::= "a"' + " " * 70_000,
    ],
)
def test_what_is_too_large_is_refused_at_once(text: str) -> None:
    with pytest.raises(GrammarTooLarge):
        check_grammar(text)


@given(st.text(alphabet='root :=|"()[]*+?{}0123,\n\\x^-.<>!#a', max_size=80))
def test_any_text_is_let_through_or_a_known_error(text: str) -> None:
    try:
        check_grammar("root ::= " + text)
    except AppError:
        return


def test_a_grammar_and_a_schema_are_one_too_many() -> None:
    assert output_grammar() == output_grammar("  \n", " ") == ""
    assert output_grammar('root ::= "a"') == 'root ::= "a"'
    assert "root ::= " in output_grammar(json_schema="{}")
    with pytest.raises(GrammarRefused):
        output_grammar('root ::= "a"', "{}")
