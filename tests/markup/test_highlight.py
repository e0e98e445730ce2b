"""Highlighting: roles, that streamed code ends with the spans of whole code, and its bounds."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markup import highlight, lexing
from app.markup.highlight import CodeHighlighter, Span

SAMPLES = {
    "python": '''@cache
def area(radius: float) -> float:
    """The area
    of a circle."""
    if radius < 0:
        raise ValueError(f"bad {radius!r}")
    return 3.14 * radius ** 2  # π r²


class Shape:
    sides = [1, 2, {"a": None}]
''',
    "cpp": """#include <vector>
/* a comment
   on two lines */
template <typename T>
int main(int argc, char **argv) {
    std::vector<int> v = {1, 2, 0x3f};
    for (auto &x : v) { printf("%d\\n", x); } // done
    return 0;
}
""",
    "javascript": """const a = `x ${1 + "s"} y`;
/* b
*/ function f(x) { return /re[g]+/.test(x) ? null : 1e3; }
class B extends A { get c() { return this.d; } }
""",
    "html": """<!-- c -->
<p class="x">t &amp; u</p>
<script>
let x = 1; // y
</script>
<style>a { color: red; }</style>
""",
    "bash": 'for f in *.txt; do\n  echo "$f ${x:-1}" # c\ndone\ncat <<EOF\nheredoc\nEOF\n',
    "json": '{"a": [1, 2.5, true, null],\n "b": "c\\n"}\n',
    "rust": 'fn main() {\n    let s: &str = r#"raw"#; /* a /* b */ c */\n    println!("{}", s);\n}\n',
    "sql": "SELECT a, 'b' FROM t -- c\nWHERE d > 1;\n",
    "php": '<html>\n<?php\nfunction f($x) { return "a $x"; } // c\n?>\n</html>\n',
    "yaml": "a: 1\nb:\n  - 'c'\n  - d # e\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
}


def whole(language: str, code: str) -> list[list[Span]]:
    highlighter = CodeHighlighter(language)
    highlighter.update(code, final=True)
    return highlighter.spans


def roles(language: str, code: str) -> dict[str, str]:
    """Returns the role of each piece of a text without characters beyond the first plane."""
    spans = whole(language, code)
    return {
        line[span.start : span.start + span.length]: span.role
        for line, row in zip(code.split("\n"), spans, strict=True)
        for span in row
    }


def test_python_has_roles() -> None:
    found = roles("python", SAMPLES["python"])
    assert found["@cache"] == "decorator"
    assert found["def"] == "keyword"
    assert found["area"] == "function"
    assert found["float"] == "builtin"
    assert found['    of a circle."""'] == "string"
    assert found["3.14"] == "number"
    assert found["# π r²"] == "comment"
    assert found["Shape"] == found["ValueError"] == "type"


def test_other_languages_have_roles() -> None:
    assert roles("cpp", SAMPLES["cpp"])["   on two lines */"] == "comment"
    assert roles("c++", SAMPLES["cpp"])["return"] == "keyword"
    assert roles("js", SAMPLES["javascript"])["const"] == "keyword"
    assert roles("html", SAMPLES["html"])["let"] == "keyword"
    assert roles("json", SAMPLES["json"])["2.5"] == "number"
    assert roles("sql", SAMPLES["sql"])["-- c"] == "comment"
    assert roles("diff", SAMPLES["diff"])["+y"] == "inserted"


def test_unknown_language_has_no_spans() -> None:
    assert not highlight.is_known("no-such-language")
    highlighter = CodeHighlighter("no-such-language")
    assert highlighter.update("def f():\n    pass") == 2
    assert highlighter.spans == [[], []]
    assert not highlighter.needs_final
    assert whole("", "def") == [[]]


def test_names_of_languages_are_known_in_any_case() -> None:
    assert {"python", "c++", "js", "rust", "bash", "yaml"} <= highlight.languages()
    assert highlight.is_known("Python")


def test_spans_count_utf16_units() -> None:
    assert whole("python", "'𝄞' + 1  # 𝄞𝄞")[0] == [
        Span(0, 4, "string"),
        Span(5, 1, "operator"),
        Span(7, 1, "number"),
        Span(10, 6, "comment"),
    ]


@pytest.mark.parametrize("language", sorted(SAMPLES))
@pytest.mark.parametrize("step", [1, 7, 40])
def test_streamed_code_ends_as_whole_code(language: str, step: int) -> None:
    code = SAMPLES[language] * (2 if step == 1 else 5)
    highlighter = CodeHighlighter(language)
    seen: list[list[Span]] = []
    for end in range(step, len(code) + step, step):
        first = highlighter.update(code[:end])
        new_lines: list[list[Span]] = [[]] * (len(highlighter.spans) - len(seen))
        assert highlighter.spans[:first] == (seen + new_lines)[:first]
        assert len(highlighter.spans) == code[:end].count("\n") + 1
        seen = [list(row) for row in highlighter.spans]
    highlighter.update(code, final=True)
    assert highlighter.spans == whole(language, code)
    assert not highlighter.needs_final


def test_runner_equals_pygments() -> None:
    for language, code in SAMPLES.items():
        lexer = highlight.load(language)
        assert lexer is not None
        if lexing.is_exact(lexer):
            expected = [(t.position, t.end, t.role) for t in lexing.whole(lexer, code)]
            assert [(t.position, t.end, t.role) for t in lexing.resumed(lexer, code, lexing.START)] == expected


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 2**32), st.text(max_size=10))
def test_any_changed_code_ends_as_whole_code(language: str, seed: int, insertion: str) -> None:
    chance = random.Random(seed)
    highlighter = CodeHighlighter(language)
    code = ""
    for _ in range(6):
        sample = SAMPLES[language]
        begin = chance.randrange(len(sample))
        code += sample[begin : begin + chance.randrange(80)]
        if chance.random() < 0.2:
            place = chance.randrange(len(code) + 1)
            code = code[:place] + insertion + code[place:]
        highlighter.update(code)
    highlighter.update(code, final=True)
    assert highlighter.spans == whole(language, code)
    lines = code.replace("\u2029", "\n").split("\n")
    assert len(highlighter.spans) == len(lines)
    for line, row in zip(lines, highlighter.spans, strict=True):
        ends = [span.start + span.length for span in row]
        assert all(end <= span.start for end, span in zip(ends, row[1:], strict=False))
        assert not ends or ends[-1] <= len(line.encode("utf-16-le", "surrogatepass")) // 2


def test_work_is_sliced_by_its_budget() -> None:
    code = SAMPLES["python"] * 200
    highlighter = CodeHighlighter("python")
    highlighter.update(code, budget_s=0.0)
    slices = 1
    while not highlighter.is_complete:
        highlighter.proceed(budget_s=0.001)
        slices += 1
    assert slices > 3
    assert highlighter.spans == whole("python", code)


def test_changed_names_the_lines_that_changed() -> None:
    highlighter = CodeHighlighter("python")
    highlighter.update("a = 1\nb = 2\nc = 3")
    assert highlighter.changed == [0, 1, 2]
    assert highlighter.update("a = 1\nb = 2\nc = 34") == 2
    assert highlighter.changed == [2]
    assert highlighter.update("a = 1\nb = 2\nc = 34") == 3


def test_only_the_tail_is_lexed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    highlighter = CodeHighlighter("python")
    code = SAMPLES["python"] * 100
    highlighter.update(code)
    begins: list[int] = []
    resumed = lexing.resumed

    def counted(lexer: object, text: str, begin: lexing.Checkpoint) -> object:
        begins.append(begin.position)
        return resumed(lexer, text, begin)  # type: ignore[arg-type]

    monkeypatch.setattr(lexing, "resumed", counted)
    highlighter.update(code + "x")
    assert begins
    assert min(begins) > len(code) - 1_500


@pytest.mark.parametrize(
    "code",
    ["x" * (highlight.MAX_LINE_CHARACTERS + 1), "def f():\n" * (highlight.MAX_CODE_CHARACTERS // 9 + 1)],
    ids=["line", "code"],
)
def test_what_is_too_long_has_no_spans(code: str) -> None:
    highlighter = CodeHighlighter("python")
    highlighter.update("def f(): pass")
    assert highlighter.spans[0]
    highlighter.update("def f(): pass\n" + code)
    assert not any(highlighter.spans)
    highlighter.update("def f(): pass")
    assert highlighter.spans[0]


@pytest.mark.parametrize("piece", ["/*", '"""', "`${", "<", "((((", "'", "\\", "0x", "{{", "@", "#", "a.", 'r#"'])
@pytest.mark.parametrize("language", ["python", "cpp", "javascript", "html", "rust", "bash"])
def test_evil_code_ends_in_time(language: str, piece: str) -> None:
    line = (piece * 1_000)[:500] + "\n"
    begin = time.process_time()
    whole(language, line * 20)
    assert time.process_time() - begin < highlight.MAX_SECONDS + 2


def test_lexer_that_cannot_be_resumed_waits_for_the_end() -> None:
    code = '{"a": [1, 2, 3]}\n' * 2_000
    highlighter = CodeHighlighter("json")
    highlighter.update(code)
    assert highlighter.needs_final
    highlighter.update(code, final=True)
    assert highlighter.spans[-2]
    assert not highlighter.needs_final


def test_two_threads_may_load_the_same_lexer() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(highlight.load, ["go"] * 4))
    assert highlight.is_loaded("go")
    assert len({id(lexer) for lexer in found}) == 1
