"""Switches on what goes wrong on the loopback Hub while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from tests.hub.content import EndlessContent
from tests.hub.effects import Cut, Effect, Flip, Hold, Instead, Run, Shorten, Trickle, WholeFile, occurs
from tests.hub.exchange import EVERYWHERE, Answer, Place, Request, json_answer, redirect, text_answer, whole
from tests.hub.request_log import PATIENCE_S, matches

FILES: Final = frozenset({Place.BYTES})
API: Final = frozenset({Place.API})
RESOLVE: Final = frozenset({Place.RESOLVE})

_Kind = TypeVar("_Kind")


class Fault:
    """One thing that goes wrong: ``times`` times (None: always), where the end of the path fits ``path``."""

    def __init__(self, effect: Effect, times: int | None, path: str, places: Collection[Place]) -> None:
        self.effect = effect
        self.left = times
        self.happened = 0
        self._path = path
        self._places = places
        self._reached = threading.Event()
        self.released = threading.Event()

    def lift(self) -> None:
        """Ends the fault, also for whom it holds."""
        self.left = 0
        self.released.set()

    def release(self) -> None:
        """Lets go whom the fault holds; later ones are not held either, but the fault still counts them."""
        self.released.set()

    def wait(self, patience_s: float = PATIENCE_S) -> None:
        """Waits until the fault has happened; a hold has when all bytes before it left. Raises TimeoutError."""
        if not self._reached.wait(patience_s):
            raise TimeoutError(f"it never happened: {self.effect}")

    def reach(self) -> None:
        """Tells who waits that it has happened."""
        self._reached.set()

    def fits(self, place: Place, request: Request) -> bool:
        """Says whether it could happen to a request."""
        return self.left != 0 and place in self._places and matches(request.path, self._path)

    def count(self) -> None:
        """Takes one of its times."""
        self.happened += 1
        if self.left is not None:
            self.left -= 1


class Faults:
    """The faults of one Hub. Each method adds one and returns it.

    ``path`` is a pattern for the path of the URL or its end: ``file.gguf``, ``*.gguf``, ``models/owner/name``.
    ``places`` says which kind of request is meant. Bytes are counted from the start of each answer's body.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def drop_after(
        self, sent: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Resets the connection after ``sent`` bytes. What the client has not read by then may be lost to it."""
        return self._add(Cut(sent, is_reset=True), times, path, places)

    def end_after(
        self, sent: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Closes the connection in good order after ``sent`` bytes, though Content-Length promised all."""
        return self._add(Cut(sent, is_reset=False), times, path, places)

    def stall_after(
        self, sent: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Sends ``sent`` bytes, then nothing until the fault is released or lifted, or the Hub closes."""
        return self._add(Hold(sent), times, path, places)

    def run_after(
        self,
        sent: int,
        action: Callable[[], object],
        *,
        times: int | None = 1,
        path: str = "*",
        places: Collection[Place] = FILES,
    ) -> Fault:
        """Calls ``action`` after ``sent`` bytes, then goes on: a new commit in the middle of a download."""
        return self._add(Run(sent, action), times, path, places)

    def flip(
        self, offset: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Sends a wrong byte at ``offset`` in the file."""
        return self._add(Flip(offset), times, path, places)

    def trickle(
        self, bytes_per_s: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Sends slowly."""
        return self._add(Trickle(bytes_per_s), times, path, places)

    def shorten(
        self, missing: int, *, times: int | None = None, path: str = "*", places: Collection[Place] = FILES
    ) -> Fault:
        """Announces and sends ``missing`` bytes too few."""
        return self._add(Shorten(missing), times, path, places)

    def ignore_range(self, *, times: int | None = None, path: str = "*") -> Fault:
        """Answers 200 with the whole file, whatever range was asked for."""
        return self._add(WholeFile(), times, path, FILES)

    def rate_limit(
        self,
        retry_after_s: int,
        *,
        times: int | None = None,
        path: str = "*",
        places: Collection[Place] = EVERYWHERE,
    ) -> Fault:
        """Answers 429 with Retry-After."""
        message = "We had to rate limit your IP. To continue using our service, log in or create an account."
        headers = {"Retry-After": str(retry_after_s), "X-Error-Message": message}
        return self.answer(json_answer({"error": message}, 429, headers), times=times, path=path, places=places)

    def unavailable(
        self, *, times: int | None = None, path: str = "*", places: Collection[Place] = EVERYWHERE
    ) -> Fault:
        """Answers 503."""
        wrong = text_answer(503, "<html><body>Service Unavailable</body></html>", "text/html")
        return self.answer(wrong, times=times, path=path, places=places)

    def break_down(self, *, times: int | None = None, path: str = "*", places: Collection[Place] = EVERYWHERE) -> Fault:
        """Answers 500."""
        message = "Internal Error - We're working hard to fix this as soon as possible!"
        wrong = json_answer({"error": message}, 500, {"X-Error-Message": message})
        return self.answer(wrong, times=times, path=path, places=places)

    def malformed(self, *, times: int | None = None, path: str = "*", places: Collection[Place] = API) -> Fault:
        """Answers 200 with what is not JSON, though it says so."""
        wrong = text_answer(200, '[{"id": "owner/na', "application/json")
        return self.answer(wrong, times=times, path=path, places=places)

    def endless(self, *, times: int | None = None, path: str = "*", places: Collection[Place] = API) -> Fault:
        """Answers with JSON that has no end: it goes on until the client closes."""
        wrong = whole(EndlessContent(), {"Content-Type": "application/json; charset=utf-8"})
        return self.answer(wrong, times=times, path=path, places=places)

    def redirect_loop(self, *, times: int | None = None, path: str = "*", places: Collection[Place] = RESOLVE) -> Fault:
        """Redirects each request to itself."""
        return self._add(Instead(lambda request: redirect(302, request.target)), times, path, places)

    def answer(
        self,
        wrong: Answer,
        *,
        times: int | None = None,
        path: str = "*",
        places: Collection[Place] = EVERYWHERE,
    ) -> Fault:
        """Gives any other answer."""
        return self._add(Instead(lambda _: wrong), times, path, places)

    def answer_by(
        self,
        make: Callable[[Request], Answer],
        *,
        times: int | None = None,
        path: str = "*",
        places: Collection[Place] = EVERYWHERE,
    ) -> Fault:
        """Gives the answer that ``make`` returns, in its own time."""
        return self._add(Instead(make), times, path, places)

    def lift(self) -> None:
        """Ends all faults and lets go whom they hold."""
        with self._lock:
            for fault in self._faults:
                fault.lift()
            self._faults.clear()

    def take(
        self, kind: type[_Kind], place: Place, request: Request, answer: Answer | None = None
    ) -> list[tuple[Fault, _Kind]]:
        """Returns what of one kind happens to a request, and counts it; an answer limits it to what it is long for."""
        taken: list[tuple[Fault, _Kind]] = []
        with self._lock:
            for fault in self._faults:
                effect = fault.effect
                if not isinstance(effect, kind) or not fault.fits(place, request):
                    continue
                if answer is None or occurs(effect, answer):
                    fault.count()
                    taken.append((fault, effect))
        return taken

    def _add(self, effect: Effect, times: int | None, path: str, places: Collection[Place]) -> Fault:
        fault = Fault(effect, times, path, places)
        with self._lock:
            self._faults.append(fault)
        return fault
