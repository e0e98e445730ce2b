"""Brings the environment up to date: only the steps whose inputs have changed, the stamp after each."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from setup_skald import checks, engine_wheel, lock, stamp, system_packages
from setup_skald.console import Console
from setup_skald.environment import Environment
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.places import Places


class Setup:
    """One run of set-up."""

    def __init__(self, host: Host, console: Console, places: Places, *, for_tests: bool) -> None:
        self._host = host
        self._console = console
        self._places = places
        self._for_tests = for_tests
        self._options = os.environ.get(stamp.ENGINE_OPTIONS, stamp.read(places).get("engine-options", ""))
        self._wheel = engine_wheel.of_this_machine(host, places, self._options)
        self._environment = Environment(host, console, places, sys.executable)

    def run(self) -> None:
        """Sets up what is missing or has changed. Raises SetupError where a person must do something first."""
        started = time.monotonic()
        with lock.held(self._places.root / ".setup.lock", self._console):
            stale = self._stale()
            if not stale:
                return  # another process did it while this one waited
            self._console.say(
                "Setting up Skald." if "python" in stale else f"Bringing up to date: {', '.join(sorted(stale))}."
            )
            self._provide_system(builds_engine=self._is_engine(stale) and self._wheel.find() is None)
            if "python" in stale:
                self._environment.make()
                stale |= self._stale()
            self._fill(stale)
        self._console.say(f"Set up in {time.monotonic() - started:.0f} s.")

    def _wanted(self) -> dict[str, str]:
        return stamp.wanted(self._places, self._host.processor(), for_tests=self._for_tests)

    def _stale(self) -> frozenset[str]:
        stale = stamp.stale(self._places, self._wanted())
        return frozenset(self._wanted()) if stale & {"python", "format"} else stale

    @staticmethod
    def _is_engine(stale: frozenset[str]) -> bool:
        return bool(stale & {"engine", "engine-options"})

    def _provide_system(self, *, builds_engine: bool) -> None:
        """Looks at the machine, adds what can be added, and looks again."""
        look: Callable[[], list[checks.Missing]] = lambda: checks.missing(  # noqa: E731
            self._host, self._places, builds_engine=builds_engine, for_tests=self._for_tests
        )
        before = look()
        system_packages.provide(self._host, self._console, before)
        still = [item for item in look() if item.is_needed] if before else []
        if still:
            raise SetupError(
                "Still missing after the installation:\n" + "\n".join(f"  - {item.what}" for item in still),
                "Install what carries these, then run this command again.",
            )

    def _fill(self, stale: frozenset[str]) -> None:
        """Does the stale steps; the stamp is written last, so that an interrupted set-up is taken up again."""
        if stale & {"runtime", "development"}:
            self._environment.install("development" if self._for_tests else "runtime")
        if self._is_engine(stale):
            self._install_engine()
        if "project" in stale:
            self._environment.link_project()
        stamp.write(self._places, {**stamp.read(self._places), **self._wanted()})

    def _install_engine(self) -> None:
        """Takes the kept wheel, or builds it; two checkouts never build the same one at once."""
        with lock.held(self._wheel.lock, self._console):
            wheel = self._wheel.find()
            if wheel is None:
                wheel = engine_wheel.build(
                    self._host, self._console, self._places, self._environment.pip, self._wheel, self._options
                )
            else:
                self._console.say("Taking the llama.cpp that was built here before.")
            self._environment.pip.install_wheel(wheel)
