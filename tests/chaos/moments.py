"""A worker that ends itself, or freezes, at a named moment, once: `python -m tests.chaos.moments NAME SIGNAL SETTINGS`.

The moments are put in at the composition root: the product has no switch for them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from gateway.ledger import Home, Lease
from gateway.notify.smtp import Mailer
from gateway.settings import Company, Organisation, load
from gateway.telemetry.logs import set_up_logs
from streams.clients import Clients
from streams.worker import build_worker, run_worker

MOMENTS = (
    "before_intent",
    "after_intent",
    "after_register",
    "after_post",
    "after_attachment",
    "after_settle",
    "before_write_back",
    "after_write_back",
    "after_mail",
)
_set: dict[str, signal.Signals] = {}


def set_moment(name: str, sent: signal.Signals) -> None:
    """What is sent to this process when the moment comes first."""
    _set[name] = sent


def reached(name: str) -> None:
    """The moment has come."""
    if name in _set:
        os.kill(os.getpid(), _set.pop(name))


def after(name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """`call`, and then the moment."""

    async def called(*given: Any, **named: Any) -> Any:
        answer = await call(*given, **named)
        reached(name)
        return answer

    return called


class MomentHome(Home):
    """Moments around the ledger's commits of documents."""

    async def open_intent(self, key: str, *given: Any, **named: Any) -> Lease:
        of_document = "/sales-invoice/" in key
        if of_document:
            reached("before_intent")
        lease = await super().open_intent(key, *given, **named)
        if of_document:
            reached("after_intent")
        return lease

    async def commit(self, *, settles: Any = (), **named: Any) -> None:
        await super().commit(settles=settles, **named)
        if any("/sales-invoice/" in key for key in settles):
            reached("after_settle")


class MomentMailer(Mailer):
    """A mail has left, and nobody knows it yet."""

    async def send(self, *given: Any) -> list[str]:
        left = await super().send(*given)
        reached("after_mail")
        return left


class MomentClients(Clients):
    """Moments around the calls."""

    def procountor(self, company: Company) -> Any:
        client = super().procountor(company)
        if "create_invoice" not in vars(client):
            vars(client)["create_invoice"] = after("after_post", client.create_invoice)
            vars(client)["upload_attachment"] = after("after_attachment", client.upload_attachment)
            vars(client)["create_partner"] = after("after_register", client.create_partner)
        return client

    def severa(self, organisation: Organisation) -> Any:
        client = super().severa(organisation)
        if "set_status" not in vars(client):
            # found anew by each copy that takes a company's turn (`on_behalf`)
            original = type(client).set_status

            async def set_status(guid: str, status: str, *licence: Any) -> Any:
                reached("before_write_back")
                answer = await original(client, guid, status, *licence)
                reached("after_write_back")
                return answer

            vars(client)["set_status"] = set_status
        return client


def main() -> None:
    """Run a worker with one moment."""
    name, number, settings = sys.argv[1:4]
    set_moment(name, signal.Signals(int(number)))
    set_up_logs("INFO", True)
    build = partial(build_worker, homes=MomentHome, mailers=MomentMailer)
    asyncio.run(run_worker(load(Path(settings)), MomentClients, build))


if __name__ == "__main__":
    main()
