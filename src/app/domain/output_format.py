"""What a reply must look like: the grammar that sampling parameters ask for, checked."""

from __future__ import annotations

from app.domain.errors import GrammarRefused
from app.domain.generation import SamplingParameters
from app.domain.grammar import check_grammar
from app.domain.json_schema import grammar_of_schema


def output_grammar(sampling: SamplingParameters) -> str:
    """Returns the GBNF grammar of the reply, empty where anything may be said.

    Raises the error that says why the grammar or the JSON schema is no good.
    """
    grammar, schema = sampling.grammar.strip(), sampling.json_schema.strip()
    if grammar and schema:
        raise GrammarRefused
    text = grammar_of_schema(schema) if schema else grammar
    if text:
        check_grammar(text)
    return text
