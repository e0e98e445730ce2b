"""Typesets a formula's TeX as SVG paths, within bounds of size and time: it comes from a language model.

What cannot be drawn as it was meant gives nothing, and its source is shown: an unknown command, a character that the
font lacks (Chinese), a macro of its own, an error.
"""

from __future__ import annotations

import inspect
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from app.markup import maths

if TYPE_CHECKING:
    from ziamath.zmath import Math

MAX_CHARACTERS: Final = 2_000
MAX_NESTING: Final = 24
"""Braces, environments and ``\\left`` inside one another."""
MAX_SECONDS: Final = 0.5
"""Processor time for one formula; a usual one takes 17 ms, but ziamath's time doubles with each level of nesting."""
MAX_EM: Final = 400
"""Width or height of a drawing in em."""
EM: Final = 20.0
"""Size at which formulas are drawn, in units of the SVG."""

_FORBIDDEN: Final = re.compile(
    r"\\(?:newcommand|renewcommand|newenvironment|def|DeclareMathOperator|href|class|style|verb|rule|input|include)"
    r"(?![A-Za-z])|[0-9]{3,}(?:\.[0-9]*)?\s*(?:in|mm|cm|pt|em|ex|pc|bp|dd|cc|sp|mu)(?![A-Za-z])"
)
"""Macros, what reaches outside, and lengths that no formula has."""
_OPENING: Final = re.compile(r"\\\\|\\[{}]|(?P<open>\{|\\left(?![a-z])|\\begin)|(?P<close>\}|\\right(?![a-z])|\\end)")
_ENVIRONMENT: Final = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_ENVIRONMENTS: Final = {
    "align": "align*",
    "align*": "align*",
    "aligned": "align*",
    "array": "array",
    "Bmatrix": "Bmatrix",
    "bmatrix": "bmatrix",
    "cases": "cases",
    "dcases": "cases",
    "displaymath": "",
    "equation": "",
    "equation*": "",
    "gather": "align*",
    "gather*": "align*",
    "gathered": "align*",
    "matrix": "matrix",
    "pmatrix": "pmatrix",
    "smallmatrix": "smallmatrix",
    "split": "align*",
    "Vmatrix": "Vmatrix",
    "vmatrix": "vmatrix",
}
"""Environments that can be drawn, and as what."""
_TAG: Final = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
_LABEL: Final = re.compile(r"\\label\s*\{[^{}]*\}")
_UNKNOWN: Final = re.compile(r"\\[A-Za-z]")
_REACHES_OUT: Final = re.compile(r"href|url\(")
"""What a colour that is an address would leave in the SVG; Qt reads none of it, and we show none of it."""
_INVISIBLE: Final = frozenset(" \n\t\u00a0\u2061\u2062\u2063\u2064\u200b\u2001\u2002\u2003\u2004\u2005\u2009\u200a")
_LOCK: Final = threading.Lock()


@dataclass(frozen=True)
class Drawing:
    """A formula in ``currentColor``; width, and height above and below the baseline, in em."""

    svg: str
    width: float
    ascent: float
    descent: float


class _TooSlowError(Exception):
    """A formula took longer than MAX_SECONDS."""


def draw(source: str) -> Drawing | None:
    """Returns the drawing of a formula that is written with its delimiters, None where only its source can be shown."""
    found = maths.inside(source)
    if found is None:
        return None
    tex, is_display = found
    prepared = _prepared(tex) if len(tex) <= MAX_CHARACTERS else None
    if prepared is None:
        return None
    with _LOCK:
        from ziamath.config import config  # late: it loads its font, which takes 0.2 to 0.4 s

        config.svg2 = False  # QtSvg draws SVG 1.1
        try:
            with _deadline(MAX_SECONDS):
                return _drawn(prepared, is_display)
        except Exception:  # noqa: BLE001 - the border to a library that raises anything on text it does not expect
            return None


def _prepared(tex: str) -> str | None:
    """Returns TeX with environments that ziamath knows, None where something must not or cannot be drawn."""
    if not tex.strip() or _FORBIDDEN.search(tex) or _depth(tex) > MAX_NESTING:
        return None
    if any(name not in _ENVIRONMENTS for _, name in _ENVIRONMENT.findall(tex)):
        return None
    tex = _ENVIRONMENT.sub(lambda found: _environment(found[1], _ENVIRONMENTS[found[2]]), tex)
    return _TAG.sub(r"\\qquad (\\text{\1})", _LABEL.sub("", tex))


def _environment(end: str, name: str) -> str:
    return f"\\{end}{{{name}}}" if name else ""


def _depth(tex: str) -> int:
    deepest = depth = 0
    for found in _OPENING.finditer(tex):
        depth += bool(found["open"]) - bool(found["close"])
        deepest = max(deepest, depth)
    return deepest


def _drawn(tex: str, is_display: bool) -> Drawing | None:
    from ziamath.tex import tex2mml
    from ziamath.zmath import Math

    root = ElementTree.fromstring(tex2mml(tex, inline=not is_display))
    if _UNKNOWN.search(" ".join(root.itertext())):
        return None
    root.set("mathcolor", "currentColor")
    made = Math(root, size=EM)
    return _measured(made) if _has_all_glyphs(made, root) else None


def _has_all_glyphs(made: Math, root: ElementTree.Element) -> bool:
    characters = set("".join(root.itertext())) - _INVISIBLE
    return all(made.font.glyphindex(character) for character in characters)


def _measured(made: Math) -> Drawing | None:
    picture = made.svgxml()
    _, top, width, height = (float(value) / EM for value in picture.attrib["viewBox"].split())
    svg = ElementTree.tostring(picture, encoding="unicode")
    is_bounded = 0 < width <= MAX_EM and 0 < height <= MAX_EM
    return Drawing(svg, width, -top, top + height) if is_bounded and not _REACHES_OUT.search(svg) else None


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raises _TooSlowError in this thread at the first call of a Python function after so much processor time.

    Not within a generator: it may be in the hands of the garbage collector, which swallows what is raised there, and a
    function that has raised once is not asked again.
    """
    ends = time.thread_time() + seconds

    def check(frame: FrameType, _event: str, _value: Any) -> None:
        if time.thread_time() > ends and not frame.f_code.co_flags & inspect.CO_GENERATOR:
            raise _TooSlowError

    before = sys.gettrace()
    sys.settrace(check)
    try:
        yield
    finally:
        sys.settrace(before)
