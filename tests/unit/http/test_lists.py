"""Lists are read to their end (decision 9): a page's length says nothing; a list without an end is an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.errors import Transient
from gateway.http import Outage, Request, Response
from gateway.procountor.client import ProcountorClient
from gateway.severa.client import SeveraClient
from tests.unit.told import TOKEN, told

Answer = Callable[[Request], Response]


class Api:
    """A transport: a token, and what `answer` says."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[Request]()
        self.outage = Outage()
        transport: Any = self
        self.procountor = ProcountorClient("acme", "id", SecretStr("s"), SecretStr("k"), transport)
        self.severa = SeveraClient("nordic", "id", SecretStr("s"), transport)

    async def send(self, request: Request, company: str, lease: Any = None) -> Response:
        if request.operation == "token":
            return told(TOKEN)
        self.asked.append(request)
        return self.answer(request)


def number(request: Request, name: str) -> int:
    return int(dict(request.query).get(name, 0))


def procountor(count: int, most: int, total: Callable[[int], int | None], back: bool = False) -> Answer:
    """Invoices 1 to `count`, at most `most` a page; `total` of what is left. `back`: it can't order by id ASC."""

    def answer(request: Request) -> Response:
        previous = number(request, "previousId")
        left = [n for n in range(1, count + 1) if not previous or (n < previous if back else n > previous)]
        ids = sorted(left, reverse=back)[:most]
        meta = {"resultCount": len(ids), "totalCount": total(len(left))}
        results = [{"id": n, "originalInvoiceNumber": "7" if n == count else "x"} for n in ids]
        return told({"results": results, "meta": meta})

    return answer


TOTALS = {"of all": lambda left: 120, "of what is left": lambda left: left, "none": lambda left: None}


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("most", [1, 50, 60, 120, 200])
@pytest.mark.parametrize("total", TOTALS.values(), ids=TOTALS)
async def test_decision_9_short_page_is_not_the_last(most: int, total: Callable[[int], int | None], back: bool) -> None:
    """An API that caps pages lower would hide an invoice from its look-up, and it would be made twice."""
    api = Api(procountor(120, most, total, back))
    assert [one.original_number for one in await api.procountor.find_invoices("7")] == ["7"]
    assert len(await api.procountor.invoices_created_between(date(2026, 1, 1), date(2026, 1, 2))) == 120


async def test_decision_4_a_list_of_one_page_costs_one_call() -> None:
    api = Api(procountor(120, 200, TOTALS["of all"]))
    await api.procountor.find_invoices("7")
    assert len(api.asked) == 1


async def test_a_total_that_is_less_than_the_page_shows_is_none() -> None:
    assert len(await Api(procountor(120, 50, lambda left: 1)).procountor.products("SALES")) == 120


def severa(request: Request) -> Response:
    """Some units, twenty a page whatever is asked for."""
    first = number(request, "firstRow")
    return told([{"guid": f"u{n}"} for n in range(first, min(first + 20, 45))])


async def test_decision_13_older_lists_are_read_to_an_empty_page() -> None:
    """They say nothing of how many there are. A unit that isn't seen has no company."""
    assert [one.guid for one in await Api(severa).severa.business_units()] == [f"u{n}" for n in range(45)]


async def test_entry_listed_twice_counts_once() -> None:
    """A row that is listed twice would be billed twice."""

    def answer(request: Request) -> Response:
        page = (
            ["a", "b"] if number(request, "firstRow") == 0 else ["b", "c"] if number(request, "firstRow") == 2 else []
        )
        return told([{"guid": one} for one in page])

    assert [one.guid for one in await Api(answer).severa.business_units()] == ["a", "b", "c"]


def same(request: Request) -> Response:
    """Where a page is to begin is ignored; a token leads to itself, or to one before."""
    token = {"": "1", "1": "2"}.get(dict(request.query).get("pageToken", ""), "1")
    if request.path.startswith("/v1/"):
        return told([{"guid": "g", "invoiceGuid": "g"}], NextPageToken=token)
    return told({"results": [{"id": 7, "code": "P"}], "meta": {"totalCount": 9}})


NOW = datetime(2026, 1, 1, tzinfo=UTC)
LISTS: dict[str, Callable[[Api], Awaitable[Any]]] = {
    "search invoices": lambda api: api.procountor.find_invoices("7"),
    "search partners": lambda api: api.procountor.find_partners("7"),
    "search products": lambda api: api.procountor.find_products("P"),
    "list bank accounts": lambda api: api.procountor.bank_accounts(),
    "list products": lambda api: api.procountor.products("SALES"),
    "list business units": lambda api: api.severa.business_units(),
    "list statuses": lambda api: api.severa.statuses(),
    "list files": lambda api: api.severa.files("g"),
    "list rows": lambda api: api.severa.rows_changed_since(NOW),
    "list customers": lambda api: api.severa.customers_changed_since(NOW),
    "list invoices": lambda api: api.severa.waiting_invoices(["s"], "1", None),
}


@pytest.mark.parametrize("name", LISTS)
async def test_Q4_list_without_anything_new_ends_with_an_error(name: str) -> None:
    """It would be asked for without an end, with all of the rate budget."""

    def answer(request: Request) -> Response:
        itself = told([], NextPageToken="1")
        return itself if request.operation == "list invoices" else same(request)

    api = Api(answer)
    with pytest.raises(Transient, match=name) as caught:
        await LISTS[name](api)
    assert (caught.value.code, len(api.asked) <= 4) == ("LIST_ENDLESS", True)
