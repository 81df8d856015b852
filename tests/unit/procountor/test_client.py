"""What the client of Procountor makes of its answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.errors import Transient
from gateway.http import Response
from gateway.procountor.client import ProcountorClient


class Procountor:
    """A transport: a token, and the same answer to everything else."""

    def __init__(self, answer: object, status: int = 200) -> None:
        self.answer = Response(status, {}, json.dumps(answer).encode())
        transport: Any = self
        self.client = ProcountorClient("acme", "id", SecretStr("s"), SecretStr("k"), transport)

    async def send(self, request: Any, company: str, licence: Any = None) -> Response:
        if request.path == "/oauth/token":
            return Response(200, {}, b'{"access_token":"t","expires_in":3600}')
        return self.answer


async def test_decision_19_an_answer_from_elsewhere_refuses_no_document() -> None:
    """A redirect is a proxy's or a maintenance page's, and goes by."""
    with pytest.raises(Transient):
        await Procountor({}, status=302).client.bank_accounts()


async def test_P1_a_blank_code_is_no_products_code() -> None:
    """A product without a code isn't found by the code "": it would be some product, with its own account."""
    cards = [{"id": 1, "name": "Rent of a boat", "active": True}, {"id": 2, "code": "P", "name": "Work"}]
    client = Procountor({"results": cards}).client
    assert await client.find_products("") == []
    assert [card.id for card in await client.find_products("P")] == [2]
