"""A worker that dies after each of its steps, once: `python -m tests.stream.twice SETTINGS` (Q1).

A step is a commit of a document, of a register's object or of a mail, and each call that leaves an effect. After it all
homes of the worker are lost, as by a commit of unknown end: what it had in memory goes, the homes are taken again past
a new barrier, and the event is handled again. It is put in at the composition root: the product has no switch for it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

import orjson
import structlog

from gateway.delivery import company
from gateway.ledger import CommitUnknown, Home, HomeLost, Lease, Publish, Write
from gateway.notify.smtp import Mailer
from gateway.settings import Company, Organisation, load
from gateway.telemetry.logs import set_up_logs
from streams.clients import Clients
from streams.worker import build_worker, run_worker

log = structlog.get_logger()

DIED = "the worker died after a step"
#: Calls to Procountor that leave an effect.
EFFECTS = (
    "create_partner",
    "create_product",
    "create_dimension_item",
    "create_invoice",
    "upload_attachment",
    "update_receipt",
    "approve",
    "send",
)
#: Keys of the ledger whose commits are steps.
DOCUMENT, MAIL = "sales-invoice", "mail"

_homes: WeakSet[MortalHome] = WeakSet()
_done: set[tuple[str, str]] = set()


def died(step: str, about: str) -> None:
    """The first time that this step of this object was done, the worker is dead. Raises CommitUnknown."""
    if (step, about) in _done:
        return
    _done.add((step, about))
    log.warning(DIED, step=step, about=about)
    for home in _homes:
        home.dead = home.dead or CommitUnknown(f"the worker died after {step} of {about}")
    raise CommitUnknown(f"the worker died after {step} of {about}")


class MortalHome(Home):
    """Dies after its commits."""

    dead: HomeLost | None = None

    @classmethod
    async def take(cls, *given: Any, **named: Any) -> Home:
        home = await super().take(*given, **named)
        assert isinstance(home, MortalHome)
        _homes.add(home)
        return home

    @property
    def lost(self) -> HomeLost | None:
        return self.dead or super().lost

    async def open_intent(self, key: str, *given: Any, **named: Any) -> Lease:
        self._alive()
        lease = await super().open_intent(key, *given, **named)
        died("intent of the document" if _part(key) == DOCUMENT else "intent of a register's object", key)
        return lease

    async def renew(self, lease: Lease) -> None:
        self._alive()
        await super().renew(lease)
        died("renewal", lease.key)

    async def commit(
        self, *, writes: Sequence[Write] = (), publish: Sequence[Publish] = (), settles: Sequence[str] = ()
    ) -> None:
        self._alive()
        open_ones = [key for key in settles if self.intent(key) is not None]
        await super().commit(writes=writes, publish=publish, settles=settles)
        for step, about in committed(writes, publish, open_ones):
            died(step, about)

    def _alive(self) -> None:
        if self.dead is not None:
            raise self.dead


def _part(key: str) -> str:
    """What a key of the ledger is about (gateway/documents/ledger_keys.py)."""
    return key.split("/")[1]


def committed(writes: Sequence[Write], publish: Sequence[Publish], settles: Sequence[str]) -> list[tuple[str, str]]:
    """What a commit was, as steps."""
    steps = [("settled" if _part(key) == DOCUMENT else "register's object settled", key) for key in settles]
    for one in writes:
        if _part(one.key) == DOCUMENT and one.value is not None and not settles:
            tree = orjson.loads(one.value)
            steps.append(("written back" if tree["write_back"]["done"] else f"recorded as {tree['state']}", one.key))
        elif _part(one.key) == MAIL:
            steps.append(("mail recorded", one.key))
    if publish and not writes and not settles:
        steps.append(("published", publish[0].key.decode()))
    return steps


def mortal(name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The call, and then death. It is about the names and numbers that it was given; a creation, about its intent."""

    async def called(*given: Any) -> Any:
        answer = await call(*given)
        names = [str(one) for one in given if isinstance(one, int | str)]
        died(name, " ".join(names) if names else given[-1].key)
        return answer

    return called


class MortalClients(Clients):
    """Dies after each effect. Nobody else had its homes, so it takes no second's rest after each death."""

    def taken_over(self, organisation: Organisation, ago: float = 0.0) -> None:
        self.severa(organisation)

    def procountor(self, company: Company) -> Any:
        client = super().procountor(company)
        for name in EFFECTS:
            if name not in vars(client):
                vars(client)[name] = mortal(name, getattr(client, name))
        return client

    def severa(self, organisation: Organisation) -> Any:
        client = super().severa(organisation)
        if "set_status" not in vars(client):  # found again by each copy that takes a company's turn (`on_behalf`)
            vars(client)["set_status"] = mortal("set_status", client.set_status)
        return client


class MortalMailer(Mailer):
    """Dies after each mail."""

    async def send(self, message: Any, *given: Any) -> Any:
        left = await super().send(message, *given)
        died("mail", str(message["Message-ID"]))
        return left


def main() -> None:
    """Run it. Nothing is gained by waiting longer each time that a document is retried."""
    company.BACKOFF = (0.1, 0.5)
    set_up_logs("INFO", True)
    build = partial(build_worker, homes=MortalHome, mailers=MortalMailer)
    asyncio.run(run_worker(load(Path(sys.argv[1])), MortalClients, build))


if __name__ == "__main__":
    main()
