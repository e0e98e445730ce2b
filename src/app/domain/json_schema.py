"""Makes a GBNF grammar of a JSON schema: the keywords that people use, each other one that constrains is refused.

What the grammar allows is valid by the schema, not everything that is valid is allowed: properties come in the order
of the schema, and none that it does not name. https://json-schema.org/understanding-json-schema/reference
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from app.domain.errors import GrammarTooLarge, SchemaUnreadable, SchemaUnsupported
from app.domain.sampling import LONGEST_RULES
from app.domain.whole_numbers import whole_numbers

DEEPEST: Final = 60
MOST_RULES: Final = 4_000

_SPACE: Final = 'space ::= | " " | "\\n" [ \\t]{0,20}'
_PRIMITIVES: Final = {
    "string": '"\\"" char* "\\"" space',
    "char": '[ !#-\\[\\]-~\\u0080-\\uD7FF\\uE000-\\U0010FFFF] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4})',
    "number": '"-"? magnitude space',
    "magnitude": '("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?',
    "boolean": '("true" | "false") space',
    "null": '"null" space',
    "value": "object | array | string | number | boolean | null",
    "object": '"{" space (member ("," space member)*)? "}" space',
    "member": 'string ":" space value',
    "array": '"[" space (value ("," space value)*)? "]" space',
    "date": '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])',
    "time": '([01] [0-9] | "2" [0-3]) (":" [0-5] [0-9]){2} ("." [0-9]{1,6})? ("Z" | [+-] [0-2] [0-9] ":" [0-5] [0-9])',
    "uuid": '[0-9a-f]{8} ("-" [0-9a-f]{4}){3} "-" [0-9a-f]{12}',
}
"""A character is named by what it may be, as the bytes of tokens can also say what is none (a lone surrogate)."""

_FORMATS: Final = {"date": "date", "time": "time", "date-time": 'date "T" time', "uuid": "uuid"}
"""Every other format is an annotation, as the specification has it."""

_OF_TYPE: Final = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
_REFUSED: Final = (
    "not", "if", "pattern", "patternProperties", "propertyNames", "minProperties", "maxProperties", "uniqueItems",
    "contains", "multipleOf", "dependentRequired", "dependentSchemas", "dependencies", "$dynamicRef", "$recursiveRef",
)  # fmt: skip
_CHOICES: Final = ("anyOf", "oneOf")
_CONSTRAINING: Final = {"type", "enum", "const", "$ref", "allOf", *_CHOICES, *_REFUSED, *sum(_OF_TYPE.values(), ())}

Schema = dict[str, Any]


def grammar_of_schema(text: str) -> str:
    """Returns the GBNF grammar of a JSON schema.

    Raises SchemaUnreadable, SchemaUnsupported, GrammarTooLarge.
    """
    if len(text) > LONGEST_RULES:
        raise GrammarTooLarge
    try:
        schema = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise SchemaUnreadable(place="#") from error
    return _Converter(schema).grammar()


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class _Converter:
    """Turns one schema into rules; every ``$ref`` gets one rule, so that a schema may refer to itself."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._rules: dict[str, str] = {}
        self._references = {"#": "root"}
        self._depth = 0
        self._n_visits = 0

    def grammar(self) -> str:
        """Returns the rules as text."""
        self._rules["root"] = self._of(self._schema, "#")
        everything = {**_PRIMITIVES, **self._rules}
        return "\n".join([_SPACE, *(f"{name} ::= {body}" for name, body in everything.items())]) + "\n"

    def _of(self, schema: Any, place: str) -> str:
        """Returns what matches ``schema``: an expression that may stand in a sequence."""
        self._depth += 1
        self._n_visits += 1
        if self._depth > DEEPEST or self._n_visits > MOST_RULES:
            raise GrammarTooLarge
        try:
            if schema is True:
                return "value"
            if schema is False:
                raise SchemaUnsupported(place=place, keyword="false")
            return self._of_keywords(_checked(schema, dict, place), place)
        finally:
            self._depth -= 1

    def _of_keywords(self, schema: Schema, place: str) -> str:
        for keyword in _REFUSED:
            if schema.get(keyword) not in (None, False):
                raise SchemaUnsupported(place=place, keyword=keyword)
        if "$ref" in schema:
            return self._of_reference(schema, place)
        if "allOf" in schema:
            return self._of(self._joined(schema, place), place)
        for keyword in _CHOICES:
            if keyword in schema:
                return self._of_choices(schema, keyword, place)
        if "const" in schema:
            return _literal(json.dumps(schema["const"], ensure_ascii=False)) + " space"
        if "enum" in schema:
            values = _checked(schema["enum"], list, f"{place}/enum")
            if not values:
                raise SchemaUnreadable(place=f"{place}/enum")
            return _either(_literal(json.dumps(value, ensure_ascii=False)) for value in values) + " space"
        return _either(self._of_type(kind, schema, place) for kind in _types(schema, place))

    def _of_reference(self, schema: Schema, place: str) -> str:
        siblings = sorted(set(schema) & _CONSTRAINING - {"$ref"})
        if siblings:
            raise SchemaUnsupported(place=place, keyword=f"$ref + {siblings[0]}")
        pointer = _checked(schema["$ref"], str, f"{place}/$ref")
        if pointer not in self._references:
            name = self._references[pointer] = self._define("")
            self._rules[name] = self._of(self._target(pointer, place), pointer)
        return self._references[pointer]

    def _target(self, pointer: str, place: str) -> Any:
        """Returns what a reference within the schema points to; nothing is ever fetched."""
        if not pointer.startswith("#"):
            raise SchemaUnsupported(place=place, keyword=f"$ref {pointer[:80]}")
        found = self._schema
        for step in filter(None, pointer[1:].split("/")):
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and key.isdecimal() and len(key) < 6 and int(key) < len(found):
                found = found[int(key)]
            elif isinstance(found, dict) and key in found:
                found = found[key]
            else:
                raise SchemaUnreadable(place=pointer[:200])
        return found

    def _joined(self, schema: Schema, place: str) -> Schema:
        """Returns ``allOf`` as one schema, where no keyword is in two of its parts."""
        joined = {keyword: value for keyword, value in schema.items() if keyword != "allOf"}
        for at, part in enumerate(_checked(schema["allOf"], list, f"{place}/allOf")):
            joined = _merged(joined, _checked(part, dict, f"{place}/allOf/{at}"), f"{place}/allOf/{at}")
        return joined

    def _of_choices(self, schema: Schema, keyword: str, place: str) -> str:
        """Returns ``anyOf`` or ``oneOf`` as alternatives, each with what stands beside."""
        beside = {name: value for name, value in schema.items() if name != keyword and name in _CONSTRAINING}
        places = f"{place}/{keyword}"
        parts = _checked(schema[keyword], list, places)
        if not parts:
            raise SchemaUnreadable(place=places)
        return _either(
            self._of(_merged(beside, part, f"{places}/{at}") if beside else part, f"{places}/{at}")
            for at, part in enumerate(parts)
        )

    def _of_type(self, kind: str, schema: Schema, place: str) -> str:
        match kind:
            case "any":
                return "value"
            case "object":
                return self._of_object(schema, place)
            case "array":
                return self._of_array(schema, place)
            case "string":
                return _string(schema, place)
            case "integer":
                return _whole(schema, place)
            case "number":
                return _number(schema, place)
            case "boolean" | "null":
                return kind
        raise SchemaUnreadable(place=f"{place}/type")

    def _of_object(self, schema: Schema, place: str) -> str:
        properties = _checked(schema.get("properties", {}), dict, f"{place}/properties")
        required = _checked(schema.get("required", []), list, f"{place}/required")
        if not all(isinstance(name, str) for name in required):
            raise SchemaUnreadable(place=f"{place}/required")
        properties = {**properties, **{name: True for name in required if name not in properties}}
        if not properties:
            return self._of_free_object(schema.get("additionalProperties", True), place)
        pairs = [
            self._define(f'{_literal(json.dumps(name, ensure_ascii=False))} space ":" space {self._of(value, at)}')
            for name, value in properties.items()
            for at in [f"{place}/properties/{name}"]
        ]
        needed = set(required)
        is_required = [name in needed for name in properties]
        tails = [""]
        for pair, is_needed in zip(reversed(pairs), reversed(is_required), strict=True):
            following = f'"," space {pair}' if is_needed else f'("," space {pair})?'
            tails.append(self._define(f"{following} {tails[-1]}".rstrip()))
        tails.reverse()
        first_needed = is_required.index(True) if True in is_required else len(pairs)
        begins = [f"{pair} {tails[at + 1]}".rstrip() for at, pair in enumerate(pairs[: first_needed + 1])]
        members = _either(begins) + ("" if first_needed < len(pairs) else "?")
        return self._define(f'"{{" space {members} "}}" space')

    def _of_free_object(self, others: Any, place: str) -> str:
        if others is True:
            return "object"
        if others is False:
            return '"{" space "}" space'
        member = self._define(f'string ":" space {self._of(others, f"{place}/additionalProperties")}')
        return self._define(f'"{{" space ({member} ("," space {member})*)? "}}" space')

    def _of_array(self, schema: Schema, place: str) -> str:
        items = schema.get("items", True)
        first = schema.get("prefixItems", items if isinstance(items, list) else None)
        if first is not None:
            return self._of_tuple(_checked(first, list, f"{place}/prefixItems"), schema, place)
        least, most = _least(schema, "minItems", place), _count(schema, "maxItems", place)
        if most is not None and most < max(least, 1):
            return _nothing_else(least, most, '"[" space "]" space', f"{place}/maxItems")
        item = self._define(self._of(items, f"{place}/items"))
        more = f'("," space {item}){{{max(least - 1, 0)},{"" if most is None else most - 1}}}'
        return self._define(f'"[" space {f"{item} {more}" if least else f"({item} {more})?"} "]" space')

    def _of_tuple(self, first: list[Any], schema: Schema, place: str) -> str:
        for keyword in ("minItems", "maxItems"):
            if _count(schema, keyword, place) not in (None, len(first)):
                raise SchemaUnsupported(place=place, keyword=keyword)
        parts = [self._of(part, f"{place}/prefixItems/{at}") for at, part in enumerate(first)]
        return self._define('"[" space ' + ' "," space '.join(parts) + ' "]" space')

    def _define(self, body: str) -> str:
        name = f"r{len(self._rules)}"
        if len(self._rules) > MOST_RULES:
            raise GrammarTooLarge
        self._rules[name] = body
        return name


def _types(schema: Schema, place: str) -> list[str]:
    """Returns the types that a schema names, else those that its keywords speak of, else any."""
    named = schema.get("type")
    if named is None:
        return [kind for kind, keywords in _OF_TYPE.items() if any(word in schema for word in keywords)] or ["any"]
    kinds = [named] if isinstance(named, str) else _checked(named, list, f"{place}/type")
    if not kinds or not all(isinstance(kind, str) for kind in kinds):
        raise SchemaUnreadable(place=f"{place}/type")
    return kinds


def _string(schema: Schema, place: str) -> str:
    least, most = _least(schema, "minLength", place), _count(schema, "maxLength", place)
    named = schema.get("format")
    if isinstance(named, str) and named in _FORMATS:
        return f'"\\"" {_FORMATS[named]} "\\"" space'
    if not least and most is None:
        return "string"
    if most is not None and most < max(least, 1):
        return _nothing_else(least, most, '"\\"\\"" space', f"{place}/maxLength")
    return f'"\\"" char{{{least},{"" if most is None else most}}} "\\"" space'


def _whole(schema: Schema, place: str) -> str:
    least, most = _limit(schema, "minimum", place), _limit(schema, "maximum", place)
    above, below = _limit(schema, "exclusiveMinimum", place), _limit(schema, "exclusiveMaximum", place)
    lowest = [math.ceil(least)] if least is not None else []
    lowest += [math.floor(above) + 1] if above is not None else []
    highest = [math.floor(most)] if most is not None else []
    highest += [math.ceil(below) - 1] if below is not None else []
    found = whole_numbers(max(lowest, default=None), min(highest, default=None))
    if found is None:
        raise SchemaUnreadable(place=f"{place}/minimum")
    return f"{found} space"


def _number(schema: Schema, place: str) -> str:
    limits = {keyword: limit for keyword in _OF_TYPE["number"] if (limit := _limit(schema, keyword, place)) is not None}
    if limits == {"minimum": 0}:
        return "magnitude space"
    if limits:
        raise SchemaUnsupported(place=place, keyword=next(iter(limits)))
    return "number"


def _limit(schema: Schema, keyword: str, place: str) -> float | int | None:
    value = schema.get(keyword)
    if value is None:
        return None
    if type(value) not in (int, float) or abs(value) >= 10**15:
        raise SchemaUnreadable(place=f"{place}/{keyword}")
    return value  # type: ignore[no-any-return]  # just checked


def _least(schema: Schema, keyword: str, place: str) -> int:
    return _count(schema, keyword, place) or 0


def _count(schema: Schema, keyword: str, place: str) -> int | None:
    """Returns a count that a schema gives, None where it gives none."""
    if keyword not in schema:
        return None
    value = schema[keyword]
    if type(value) is not int or not 0 <= value < 10**6:
        raise SchemaUnreadable(place=f"{place}/{keyword}")
    return value


def _nothing_else(least: int, most: int, nothing: str, place: str) -> str:
    if most < least:
        raise SchemaUnreadable(place=place)
    return nothing


def _merged(first: Schema, second: Any, place: str) -> Schema:
    second = _checked(second, dict, place)
    twice = sorted(keyword for keyword in set(first) & set(second) & _CONSTRAINING if first[keyword] != second[keyword])
    if twice:
        raise SchemaUnsupported(place=place, keyword=twice[0])
    return {**first, **second}


def _checked(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        raise SchemaUnreadable(place=place)
    return value


def _either(parts: Iterator[str] | list[str]) -> str:
    alternatives = list(parts)
    return alternatives[0] if len(alternatives) == 1 and " " not in alternatives[0] else f"({' | '.join(alternatives)})"


def _literal(text: str) -> str:
    """Returns the GBNF literal of a JSON text, which has no control character but U+007F."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\x7f", "\\x7F") + '"'
