"""JSON schema to grammar: what is supported is let through by the grammar's own check, the rest is refused by name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import AppError, GrammarRecursive, GrammarTooLarge, SchemaUnreadable, SchemaUnsupported
from app.domain.grammar import check_grammar
from app.domain.json_schema import grammar_of_schema
from app.domain.whole_numbers import whole_numbers

NODE = {"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}}
TREE = {"$defs": {"node": NODE}, "$ref": "#/$defs/node"}


@pytest.mark.parametrize(
    "schema",
    [
        True, {}, {"type": "object"}, {"type": "array"}, {"type": ["string", "null"]},
        {"const": {"a": [1, "\u007f\n"]}},
        {"enum": ["a", 1, None, "\"\\"]}, {"type": "string", "minLength": 2, "maxLength": 5}, {"maxLength": 0},
        {"type": "string", "format": "date-time"}, {"type": "integer", "minimum": -5, "exclusiveMaximum": 10},
        {"type": "number", "minimum": 0}, {"items": {"type": "boolean"}, "minItems": 2, "maxItems": 4}, {"maxItems": 0},
        {"prefixItems": [{"type": "string"}, {"type": "number"}]}, {"additionalProperties": {"type": "integer"}},
        {"type": "object", "additionalProperties": False}, {"required": ["a"]}, TREE,
        {"properties": {"a": True, "b": {}}, "required": ["b", "c"], "title": "T", "x-own": {"not": 1}},
        {"type": "string", "anyOf": [{"minLength": 3}, {"const": "a"}]},
        {"allOf": [{"type": "integer"}, {"minimum": 1}]},
        {"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "string"}}},
    ],
)  # fmt: skip
def test_what_is_supported_makes_a_good_grammar(schema: Any) -> None:
    check_grammar(grammar_of_schema(json.dumps(schema)))


@pytest.mark.parametrize(
    ("schema", "place", "keyword"),
    [
        ({"properties": {"a": {"type": "string", "pattern": "^a"}}}, "#/properties/a", "pattern"),
        ({"not": {}}, "#", "not"),
        (False, "#", "false"),
        ({"type": "array", "uniqueItems": True}, "#", "uniqueItems"),
        ({"type": "number", "minimum": 1}, "#", "minimum"),
        ({"$ref": "https://example.org/schema"}, "#", "$ref https://example.org/schema"),
        ({"$ref": "#", "minLength": 1}, "#", "$ref + minLength"),
        ({"allOf": [{"minLength": 1}, {"minLength": 2}]}, "#/allOf/1", "minLength"),
        ({"prefixItems": [{}], "maxItems": 3}, "#", "maxItems"),
    ],
)
def test_what_is_not_supported_is_named(schema: Any, place: str, keyword: str) -> None:
    with pytest.raises(SchemaUnsupported) as caught:
        grammar_of_schema(json.dumps(schema))
    assert caught.value.values == {"place": place, "keyword": keyword}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "#"), ("{", "#"), ("[]", "#"), ("NaN", "#"), ("[" * 60_000, "#"), ('{"type": "text"}', "#/type"),
        ('{"type": 3}', "#/type"), ('{"enum": []}', "#/enum"), ('{"anyOf": []}', "#/anyOf"),
        ('{"properties": []}', "#/properties"), ('{"required": [1]}', "#/required"),
        ('{"minLength": -1}', "#/minLength"), ('{"minItems": 3, "maxItems": 2}', "#/maxItems"),
        ('{"$ref": "#/no"}', "#/no"),
        ('{"type": "integer", "minimum": 3, "maximum": 2}', "#/minimum"),
        ('{"type": "integer", "minimum": 1e99}', "#/minimum"),
    ],
)  # fmt: skip
def test_what_is_no_schema_says_where(text: str, place: str) -> None:
    with pytest.raises(SchemaUnreadable) as caught:
        grammar_of_schema(text)
    assert caught.value.values == {"place": place}


def test_a_schema_that_is_nothing_but_itself() -> None:
    with pytest.raises(GrammarRecursive):
        check_grammar(grammar_of_schema('{"$ref": "#"}'))


def test_a_deep_or_wide_schema_is_too_large() -> None:
    deep = '{"items":' * 200 + "{}" + "}" * 200
    wide = json.dumps({"properties": {f"p{number}": True for number in range(4_500)}})
    for text in (deep, wide, " " * 70_000):
        with pytest.raises(GrammarTooLarge):
            grammar_of_schema(text)


KEYWORDS = (
    "type",
    "properties",
    "required",
    "items",
    "anyOf",
    "enum",
    "const",
    "minimum",
    "minLength",
    "$ref",
    "allOf",
)
WORDS = ("object", "string", "integer", "array", "#", "#/items")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_any_json_makes_a_grammar_or_a_known_error(value: Any) -> None:
    try:
        check_grammar(grammar_of_schema(json.dumps(value)))
    except AppError:
        return


@given(st.integers(-2000, 2000) | st.none(), st.integers(-2000, 2000) | st.none(), st.lists(st.integers(-3000, 3000)))
def test_whole_numbers_of_a_range(lowest: int | None, highest: int | None, numbers: list[int]) -> None:
    expression = whole_numbers(lowest, highest)
    for number in [*numbers, *(end + step for end in (lowest, highest) if end is not None for step in (-1, 0, 1))]:
        is_within = (lowest is None or number >= lowest) and (highest is None or number <= highest)
        matches = expression and re.fullmatch(expression.replace('"', "").replace(" ", ""), str(number))
        assert bool(matches) == is_within
