"""Mutants of the product, put in at the composition root: of a company one kind of effect is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
            if any(effects.get(one.id) == "write-back" for one in organisation.companies):

                async def set_status(guid: str, status: str, *_: Any) -> Any:
                    head = await client.invoice(guid)
                    assert head is not None
                    return replace(head, status_id=status)

                vars(client)["set_status"] = set_status
            return client

    return Less


def _mailers(kind: Any, effects: Mapping[str, str]) -> Any:
    class Less(kind):  # type: ignore[misc]
        async def send(self, message: Any, *given: Any) -> Any:
            company = str(message["Subject"]).partition("]")[0].removeprefix("[")
            if effects.get(company) == "mail":
                return []
            return await super().send(message, *given)

    return Less
