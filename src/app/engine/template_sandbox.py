"""Runs a chat template, which is foreign code out of a model file, within limits of time, memory and output.

It runs in a thread of its own, in which an exception can be raised from outside wherever Python is then; a trace
function that looks at every line did the same but took four to ten times as long as the template itself. What runs
long within one call of C is bounded by the operators below, by the memory limit where the system has one, and at last
by the client, which ends the process.
"""

from __future__ import annotations

import _thread
import contextlib
import ctypes
import datetime
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import jinja2
import jinja2.exceptions
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.runtime
import jinja2.sandbox

from app.domain.errors import TemplateFailed

TIME_LIMIT_S: Final = 5.0
LOOK_EVERY_S: Final = 0.02
RAISE_AGAIN_S: Final = 1.0
"""Seconds until an exception that got lost (it may strike where Python ignores them) is raised once more."""

MEMORY_LIMIT: Final = 512 * 1024 * 1024
LONGEST_SOURCE: Final = 1024 * 1024
LONGEST_REPETITION: Final = 16 * 1024 * 1024
LARGEST_NUMBER_BITS: Final = 4096

_FOREIGN_ERRORS: Final = (
    jinja2.TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class _Ended(BaseException):
    """The deadline or a cancel; no Exception, so that no code on the way catches it."""


class _Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Jinja as Hugging Face's ``apply_chat_template`` sets it up, with bounded arithmetic."""

    intercepted_binops = frozenset(["*", "**"])

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        for times, repeated in ((left, right), (right, left)):
            is_repetition = isinstance(times, int) and isinstance(repeated, str | list | tuple)
            if is_repetition and times * len(repeated) > LONGEST_REPETITION:
                raise jinja2.exceptions.SecurityError("a text of this length is not made")
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * (right if operator == "**" else 1) + right.bit_length()
            if bits > LARGEST_NUMBER_BITS:
                raise jinja2.exceptions.SecurityError("a number of this size is not calculated")
        return super().call_binop(context, operator, left, right)


class _GenerationTag(jinja2.ext.Extension):
    """Accepts ``{% generation %}…{% endgeneration %}``, which only marks a part for those who train."""

    tags = {"generation"}  # noqa: RUF012 - an instance variable to the typed base class

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _refuse(message: str) -> None:
    raise jinja2.TemplateRuntimeError(message)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **more: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **more)


def _now(pattern: str) -> str:
    return datetime.datetime.now().astimezone().strftime(pattern)


def _environment() -> _Sandbox:
    found = _Sandbox(
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
        extensions=["jinja2.ext.loopcontrols", _GenerationTag],
    )
    found.filters["tojson"] = _to_json
    found.globals["raise_exception"] = _refuse
    found.globals["strftime_now"] = _now
    return found


class Sandbox:
    """Compiles and renders one template.

    ``is_cancelled`` is asked all the time while the template runs.
    """

    def __init__(self, source: str, is_cancelled: Callable[[], bool], time_limit_s: float = TIME_LIMIT_S) -> None:
        self._source = source
        self._is_cancelled = is_cancelled
        self._time_limit_s = time_limit_s
        self._compiled: jinja2.Template | None = None

    def render(self, values: dict[str, Any], output_limit: int) -> str | None:
        """Returns the rendered text, None when cancelled.

        Raises TemplateFailed where the template raises an error, takes too long, needs too much memory or writes
        more than ``output_limit`` characters.
        """
        deadline = time.monotonic() + self._time_limit_s
        try:
            with _memory_limit():
                template = self._compile()
                return _watched(lambda: _written(template, values, output_limit), deadline, self._is_cancelled)
        except _Ended:
            if self._is_cancelled():
                return None
            raise TemplateFailed(reason=f"it runs for more than {self._time_limit_s:g} s") from None
        except _FOREIGN_ERRORS as error:
            raise TemplateFailed(reason=str(error)[:300] or type(error).__name__) from error

    def _compile(self) -> jinja2.Template:
        """Compiles once; that runs nothing of the template, folds no constants, and its length bounds its time."""
        if self._compiled is None:
            if len(self._source) > LONGEST_SOURCE:
                raise jinja2.TemplateSyntaxError(f"it is longer than {LONGEST_SOURCE} characters", 1)
            self._compiled = _environment().from_string(self._source)
        return self._compiled


def _watched(work: Callable[[], str], deadline: float, is_cancelled: Callable[[], bool]) -> str:
    """Returns what ``work`` does, in a thread of its own. Raises what it raises, _Ended at the deadline or a cancel.

    The exception strikes between any two steps of Python, which no lock survives: so only ``work`` runs in that thread.
    """
    outcome: list[str | BaseException] = []
    at_work = _thread.allocate_lock()
    at_work.acquire()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            outcome.append(error)
        finally:
            at_work.release()

    thread, pause = ctypes.c_ulong(_thread.start_new_thread(run, ())), LOOK_EVERY_S
    while not at_work.acquire(timeout=pause):
        if time.monotonic() > deadline or is_cancelled():
            if not ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Ended)):
                break
            pause = RAISE_AGAIN_S
    found = outcome[0] if outcome else _Ended()
    if isinstance(found, BaseException):
        raise found
    return found


def _written(template: jinja2.Template, values: dict[str, Any], output_limit: int) -> str:
    pieces = []
    size = 0
    for piece in template.generate(values):
        pieces.append(piece)
        size += len(piece)
        if size > output_limit:
            raise jinja2.TemplateRuntimeError(f"it writes more than {output_limit} characters")
    return "".join(pieces)


@contextlib.contextmanager
def _memory_limit() -> Iterator[None]:
    """Lets this process take at most ``MEMORY_LIMIT`` bytes more, on Linux; elsewhere there is no such limit."""
    if sys.platform != "linux":
        yield
        return
    import resource  # it exists on POSIX only

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + MEMORY_LIMIT
    resource.setrlimit(resource.RLIMIT_AS, (wanted if soft == resource.RLIM_INFINITY else min(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
