"""What befalls all workers: other settings, another version, a company that is off, a ledger that is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.events.catalogue import Topics, catalogue
from gateway.settings import GatewaySettings
from tests.chaos.collect import CHANGES
from tests.chaos.plan import Act
from tests.simulation.stage import LATEST, PREFIX, PROFILE, Stage


def _settings(stage: Stage, act: Act) -> None:
    """From now on workers have other settings, and one is started with them."""
    old = stage.settings
    polling = {"window": act.one_of((5, 20, 50)), "interval_min": act.one_of((2, 4))}
    delivery = {"documents_at_once": act.one_of((1, 4, 8)), "commit_lag": PROFILE["commit_lag"] + act.one_of((0, 0.5))}
    changes = {"polling": old.polling.model_copy(update=polling), "delivery": old.delivery.model_copy(update=delivery)}
    stage.settings = old.model_copy(update=changes)
    _another(stage, act)


def _version(stage: Stage, act: Act) -> None:
    """From now on workers are of a later version, whose ledger records have a field more, or of this one again."""
    stage.later = not stage.later
    _another(stage, act)


def _another(stage: Stage, act: Act) -> None:
    """A worker gives way to another one; both run side by side for a while."""
    if alive := stage.alive():
        stage.stop(act.one_of(alive))
    stage.start()


async def _company_off(stage: Stage, act: Act) -> None:
    """A company is switched off for a while (S18): workers get the settings one way and the other by a restart."""
    company = act.one_of(stage.books).id
    await _switch(stage, company, on=False)
    await asyncio.sleep(LATEST)  # what an old worker began may be executed until then
    with stage.touch("off", company):
        await asyncio.sleep(6 + 3 * act.dice)
    await _switch(stage, company, on=True)


async def _switch(stage: Stage, company: str, on: bool) -> None:
    stage.settings = _with(stage.settings, company, on)
    before = [one for one in stage.workers if one.alive]
    stage.start()
    stage.start()
    for one in before:
        one.thaw()
        stage.stop(one)
    while any(one.alive for one in before):  # noqa: ASYNC110 - virtual time
        await asyncio.sleep(0.1)


def _with(settings: GatewaySettings, company: str, on: bool) -> GatewaySettings:
    organisations = [
        organisation.model_copy(
            update={
                "companies": [
                    one.model_copy(update={"enabled": on}) if one.id == company else one
                    for one in organisation.companies
                ]
            }
        )
        for organisation in settings.organisations
    ]
    return settings.model_copy(update={"organisations": organisations})


async def _lose_ledger(stage: Stage, act: Act) -> None:
    """Workers are killed, the ledger is gone and created again, every event is read again."""
    names = Topics(PREFIX)
    with stage.touch("lose_ledger", ""):
        stage.keeps_running = False
        while any(one.alive for one in stage.workers) or stage.group.members:
            for one in stage.workers:
                one.kill()
            await asyncio.sleep(0.5)  # one that was killed is a member until its session is over
        stage.create(next(one for one in catalogue(PREFIX, 1, 1) if one.name == names.ledger))
        for topic in CHANGES:
            stage.group.reset(f"{PREFIX}.{topic}")
        stage.keeps_running = True


DEPLOYS: dict[str, Callable[[Stage, Act], Awaitable[Any] | None]] = {
    "settings": _settings,
    "version": _version,
    "company_off": _company_off,
    "lose_ledger": _lose_ledger,
}
