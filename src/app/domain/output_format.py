"""What a reply must look like: the grammar of it, checked."""

from __future__ import annotations

from app.domain.errors import GrammarRefused
from app.domain.grammar import check_grammar
from app.domain.json_schema import grammar_of_schema


def output_grammar(grammar: str = "", json_schema: str = "") -> str:
    """Returns the GBNF grammar of the reply, empty where anything may be said.

    Raises the error that says why the grammar or the JSON schema is no good, and GrammarRefused where both are given.
    """
    grammar, json_schema = grammar.strip(), json_schema.strip()
    if grammar and json_schema:
        raise GrammarRefused
    text = grammar_of_schema(json_schema) if json_schema else grammar
    if text:
        check_grammar(text)
    return text
