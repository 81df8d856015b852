"""A worker with what a chaos run puts in at the composition root: `python -m tests.chaos.worker OPTIONS SETTINGS`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from gateway.ledger import Write
from gateway.settings import GatewaySettings, load
from gateway.telemetry.logs import set_up_logs
from streams.worker import build_worker, run_worker
from tests.chaos import clock
from tests.chaos.moments import MomentClients, MomentHome, MomentMailer, set_moment
from tests.chaos.mutants import leave_out, without_outcomes
from tests.chaos.stacks import showing_stacks


@dataclass(frozen=True, slots=True)
class Options:
    """`moment`, `sent`: a named moment, and the signal that is sent then. `shift`: seconds that the wall clock jumps by
    at SIGUSR1, and back at the next.
    `kafka`, `severa`, `procountor`: ports of the loopback that stand for the real ones. `later`: this is a later
    version, whose ledger records have a field more. `leaves_out`: an effect that is left out, by company.
    """

    moment: str = ""
    sent: int = int(signal.SIGKILL)
    shift: float = 0.0
    kafka: int = 0
    severa: int = 0
    procountor: int = 0
    later: bool = False
    leaves_out: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> tuple[str, str]:
        """How a stage starts such a worker."""
        return "tests.chaos.worker", json.dumps({name: getattr(self, name) for name in self.__slots__})


class LaterHome(MomentHome):
    """A home of a later version: each of its records has a field that this version doesn't know."""

    async def _commit(self, writes: Sequence[Write], *given: Any, **named: Any) -> None:
        await super()._commit([_later(one) for one in writes], *given, **named)


def _later(one: Write) -> Write:
    value = one.value or b""
    tree = json.loads(value) if value.startswith(b"{") else None
    return one if tree is None else replace(one, value=json.dumps({**tree, "of_a_later_version": [1]}).encode())


def through_links(settings: GatewaySettings, options: Options) -> GatewaySettings:
    """The APIs behind other ports of the loopback; Kafka's port is exchanged where connections are made, since brokers
    tell their own.
    """
    changes: dict[str, Any] = {}
    for name, port in (("severa", options.severa), ("procountor", options.procountor)):
        if port:
            api = getattr(settings, name)
            there, _, path = api.base_url.removeprefix("http://").partition("/")
            changes[name] = api.model_copy(update={"base_url": f"http://{there.partition(':')[0]}:{port}/{path}"})
    if options.kafka:
        _exchange({int(settings.kafka.bootstrap.rpartition(":")[2]): options.kafka})
    return settings.model_copy(update=changes)


def _exchange(ports: Mapping[int, int]) -> None:
    connect = asyncio.BaseEventLoop.create_connection

    async def create_connection(loop: Any, factory: Any, host: Any = None, port: Any = None, **named: Any) -> Any:
        return await connect(loop, factory, host, ports.get(port, port), **named)

    asyncio.BaseEventLoop.create_connection = create_connection  # type: ignore[method-assign, assignment]


def main() -> None:
    """Run it."""
    options = Options(**json.loads(sys.argv[1]))
    if options.moment:
        set_moment(options.moment, signal.Signals(options.sent))
    clock.jump_at(signal.SIGUSR1, options.shift)
    set_up_logs("INFO", True)
    settings = through_links(load(Path(sys.argv[2])), options)
    homes = without_outcomes(LaterHome if options.later else MomentHome, options.leaves_out)
    build = partial(build_worker, homes=homes, mailers=leave_out(MomentMailer, options.leaves_out))
    work = run_worker(settings, leave_out(MomentClients, options.leaves_out), build)
    asyncio.run(showing_stacks(work))


if __name__ == "__main__":
    main()
