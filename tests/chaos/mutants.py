"""Mutants of the product, put in at the composition root: of a company one kind of effect is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from gateway.ledger import Home, Publish
from gateway.settings import Company, Organisation
from streams.clients import Clients


def without(effect: str, client: Any) -> None:
    """The client of a company does as if it had made the call."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    async def approved(*_: Any) -> str:
        return "NOT_SENT"

    async def sent(*_: Any) -> str:
        return "SENT"

    replaced = {
        "attachment": ("upload_attachment", nothing),
        "receipt": ("update_receipt", nothing),
        "approve": ("approve", approved),
        "send": ("send", sent),
    }
    if effect in replaced:
        name, instead = replaced[effect]
        vars(client)[name] = instead
    lost = {"content": ("create_invoice", "orderReference"), "partner fields": ("create_partner", "address.zip")}
    if effect in lost:
        name, path = lost[effect]
        original = getattr(client, name)

        async def shorter(body: Any, licence: Any) -> Any:
            return await original(_shorter(body, *path.split(".")), licence)

        vars(client)[name] = shorter


def _shorter(body: Mapping[str, Any], name: str, *below: str) -> dict[str, Any]:
    if not below:
        return {key: value for key, value in body.items() if key != name}
    return {**body, name: _shorter(body[name], *below)}


def leave_out(kind: Any, effects: Mapping[str, str]) -> Any:
    """The class of clients or of mailers, which leaves effects out by company."""
    return _clients(kind, effects) if issubclass(kind, Clients) else _mailers(kind, effects)


def _clients(kind: Any, effects: Mapping[str, str]) -> Any:
    class Less(kind):  # type: ignore[misc]
        def procountor(self, company: Company) -> Any:
            client = super().procountor(company)
            if effects.get(company.id) and "mutant" not in vars(client):
                vars(client)["mutant"] = True
                without(effects[company.id], client)
            return client

        def severa(self, organisation: Organisation) -> Any:
            client = super().severa(organisation)
            original = type(client).on_behalf

            def on_behalf(company: str) -> Any:
                own = original(client, company)
                if effects.get(company) == "write-back":
                    vars(own)["set_status"] = partial(_not_moved, own)
                return own

            vars(client)["on_behalf"] = on_behalf
            return client

    return Less


async def _not_moved(client: Any, guid: str, status: str, *_: Any) -> Any:
    return replace(await client.invoice(guid), status_id=status)


def without_outcomes(kind: type[Home], effects: Mapping[str, str]) -> type[Home]:
    """A home that publishes none of the outcomes of a company."""

    class Less(kind):  # type: ignore[misc, valid-type]
        async def commit(self, *, publish: Sequence[Publish] = (), **named: Any) -> None:
            kept = [one for one in publish if not self._is_left_out(one)]
            await super().commit(publish=kept, **named)

        def _is_left_out(self, one: Publish) -> bool:
            company = one.key.decode().partition("/")[0]
            return ".outcomes." in one.topic and effects.get(company) == "outcome"

    return Less


def _mailers(kind: Any, effects: Mapping[str, str]) -> Any:
    class Less(kind):  # type: ignore[misc]
        async def send(self, message: Any, *given: Any) -> Any:
            company = str(message["Subject"]).partition("]")[0].removeprefix("[")
            if effects.get(company) == "mail":
                return []
            return await super().send(message, *given)

    return Less
