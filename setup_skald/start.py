"""Decides what a call of `run.py` asks for, has the environment set up if need be, and hands over to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from setup_skald import processor, stamp
from setup_skald.places import Places, default_places

INTERRUPTED = 130


@dataclass(frozen=True)
class Request:
    """What a call asks for: all tests with pytest's arguments, or `skald` with its own."""

    for_tests: bool
    arguments: tuple[str, ...]


def route(arguments: Sequence[str]) -> Request:
    """Returns the request that the arguments after `run.py` make."""
    for_tests = arguments[:1] == ["test"]
    return Request(for_tests, tuple(arguments[1:] if for_tests else arguments))


def start(arguments: Sequence[str]) -> int:
    """Sets up where something has changed, then runs the tests or becomes `skald`.

    Returns the exit code where it comes back. Only what a start with nothing to do needs is imported at the top.
    """
    request, places = route(arguments), default_places()
    parts = stamp.wanted(places, processor.identity(), for_tests=request.for_tests)
    if request.for_tests or stamp.stale(places, parts):
        code = _prepare(places, request)
        if code or request.for_tests:
            return code
    return _become(places, request.arguments)


def _prepare(places: Places, request: Request) -> int:
    """Sets up, and runs the tests where they are asked for; turns what a person can put right into one sentence."""
    from setup_skald import suite
    from setup_skald.console import Console
    from setup_skald.failure import SetupError
    from setup_skald.host import Host
    from setup_skald.setup import Setup

    host, console = Host(), Console()
    try:
        Setup(host, console, places, for_tests=request.for_tests).run()
        return suite.run(host, console, places, request.arguments) if request.for_tests else 0
    except SetupError as error:
        console.say(f"run.py: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("run.py: interrupted. Run it again to go on from here.")
        return INTERRUPTED


def _become(places: Places, arguments: Sequence[str]) -> int:
    """Replaces this process by `skald`; Windows cannot, there it is run and its exit code passed on."""
    command = [str(places.skald), *arguments]
    if os.name != "nt":
        os.execv(command[0], command)
    import subprocess

    return subprocess.call(command)
