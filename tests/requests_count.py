"""A pytest plugin: each request that a test sends to either sandbox API is counted, and must be valid by its facts.

One block stands at the end of a run, summed over xdist's processes. A violation fails the run, unless its test sends
wrong requests on purpose and says so: `@pytest.mark.sends_wrong_requests`. Counted are sandboxes of the tests' own
processes; the gateway's workers may be processes of their own.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from gateway.sandbox import facts
from gateway.sandbox.server.journal import Journal

MARK = "sends_wrong_requests"
APIS = ("severa", "procountor")
#: Characters that are shown of what is wrong.
LONGEST = 200
#: How the journal names Severa's logins; Procountor's is no operation of its document.
LOGINS = {
    "token": "publicBearerAuthenticationGetLoginToken",
    "refreshtoken": "publicBearerAuthenticationGetAccessTokenTokenFromRefreshToken",
}


class RequestsCount:
    """What was sent, by API and operation; what of it was wrong, and in which test."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.on_purpose: Counter[str] = Counter()
        self.violations: list[str] = []
        self._item: pytest.Item | None = None
        self._lock = threading.Lock()

    @classmethod
    def register(cls, config: pytest.Config) -> None:
        """Count in this run."""
        config.addinivalue_line("markers", f"{MARK}: violations of an API's facts are meant")
        counting = cls()
        config.pluginmanager.register(counting, "requests_count")
        Journal.listeners.append(counting.heard)
        config.add_cleanup(lambda: Journal.listeners.remove(counting.heard))

    def heard(self, entry: dict[str, Any]) -> None:
        """An entry of a journal; called by the sandboxes' threads."""
        api, operation, item = entry["api"], entry["operation"], self._item
        with self._lock:
            self.requests[f"{api} {LOGINS.get(operation, operation)}"] += 1
            if "violation" not in entry:
                return
            if item is not None and item.get_closest_marker(MARK):
                self.on_purpose[api] += 1
            else:
                where = f"{item.nodeid if item else '?'}: {entry['method']} {entry['path']}"
                self.violations.append(f"{api} {where}: {entry['violation'][:LONGEST]}")

    def add(self, told: dict[str, Any]) -> None:
        """What another process counted."""
        self.requests.update(told["requests"])
        self.on_purpose.update(told["on_purpose"])
        self.violations += told["violations"]

    def lines(self) -> list[str]:
        """A line for each API, then each violation that nobody meant."""
        found = []
        for api in APIS:
            declared = {one.name for one in facts.operations(api)}
            sent = {key.split(" ")[1]: count for key, count in self.requests.items() if key.startswith(f"{api} ")}
            bad = sum(one.startswith(f"{api} ") for one in self.violations)
            found.append(
                f"{api:<11} {len(declared & sent.keys()):>3} of {len(declared)} operations used, "
                f"{sum(sent.values()):>6} requests, {bad} violations (and {self.on_purpose[api]} on purpose)"
            )
        return found + self.violations

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._item = item
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A process of xdist has ended; one that crashed tells nothing."""
        told = getattr(node, "workeroutput", {}).get("requests_count")
        if told:
            self.add(told)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        own: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if own is not None:
            counts = {"requests": dict(self.requests), "on_purpose": dict(self.on_purpose)}
            own["requests_count"] = {**counts, "violations": self.violations}
        elif self.violations and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.requests:
            terminalreporter.section("requests to the sandbox APIs")
            for line in self.lines():
                terminalreporter.write_line(line, red=line in self.violations)
