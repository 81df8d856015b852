"""Whatever comes back from an API is a good value, or an error of the family (decisions 7 and 19).

Each operation of both clients is asked, as the code has them: a new one is covered by being there. The answers are made
of the models that the APIs declare, then mangled.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from gateway.attachments import FileKind, Rendition
from gateway.documents import SalesInvoice
from gateway.errors import GatewayError, InDoubt, Transient
from gateway.http import CallLease, Outage, Request, Response
from gateway.procountor.client import ProcountorClient
from gateway.rules.receipts import Axis
from gateway.sandbox import facts
from gateway.severa.client import SeveraClient
from gateway.severa.fees import SeveraFees
from gateway.severa.travel import SeveraTravel
from tests.unit.invoices import an_invoice
from tests.unit.told import JSON, TOKEN, a_page, told

CLIENTS = (SeveraClient, SeveraTravel, SeveraFees, ProcountorClient)
OPERATIONS = [
    (client, name)
    for client in CLIENTS
    for name, _ in inspect.getmembers(client, inspect.iscoroutinefunction)
    if not name.startswith("_")
]
#: What the operations are asked with, by the type of a parameter.
GIVEN: dict[Any, Any] = {
    str: "g",
    int: 7,
    bool: True,
    date: date(2026, 1, 2),
    datetime: datetime(2026, 1, 2, tzinfo=UTC),
    Path: Path("/dev/null"),
    FileKind: FileKind.PDF,
    Rendition: Rendition.ALL,
    CallLease: None,
    SalesInvoice: an_invoice(id="g"),
    Axis: Axis.COST_CENTER,
}
JUNK: list[Any] = [None, "", "x", "1", 0, -1, 1.5, 10**400, True, [], {}, [None], [[]], {"x": 1}]
JUNK += ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "27.11.2026", "\ud83d", "x" * 5000]
STATUSES = [200, 201, 204, 301, 302, 400, 401, 403, 404, 407, 408, 409, 429, 500, 502, 599, 799]
BODIES = [b"", b"null", b"[]", b"{}", b'"x"', b"7", b"NaN", b"{", b"\xff", b"<html>", b"[" * 100_000]
BODIES += [b'{"errors":[]}', b'{"errors":[null]}', b'{"errors":[{"message":"no"}]}', b'{"error":null}']
BODIES += [b'{"error":{"type":"InvalidRequest","details":[{"message":"no"}]}}', b'{"message":"Forbidden"}']

#: What something else answers in an API's place.
NOT_ITS_OWN = [a_page(status) for status in (200, 302, 400, 401, 403, 404)]
NOT_ITS_OWN += [a_page(body=b'{"message":"blocked"}'), told(None), told({"status": "ok"})]
NOT_ITS_OWN += [a_page(body=body) for body in (b"[]", b'{"results": []}')]  # else nothing is found, and it is made

Mangle = Callable[[Request, Any], Response]


class Api:
    """A transport: good answers of the declared models; `mangle` makes them what they are."""

    def __init__(self, mangle: Mangle) -> None:
        self.mangle, self.outage = mangle, Outage()
        self.sent: list[Request] = []

    async def send(self, request: Request, company: str, lease: Any = None) -> Response:
        gone = any(one.method == "DELETE" for one in self.sent)
        self.sent.append(request)
        return Response(404, {}, b"") if gone else self.mangle(request, good(request))

    async def download(self, request: Request, company: str, target: Path, most: int) -> Response:
        return await self.send(request, company)

    async def ask(self, client: type[Any], name: str) -> Any:
        secret, transport = SecretStr("s"), typing.cast(Any, self)
        secrets = [secret, secret] if client is ProcountorClient else [secret]
        made = client("nordic", "id", *secrets, transport)
        operation = getattr(made, name)
        names = {name: one for name, one in hints(client, name).items() if name != "return"}
        kinds = inspect.signature(operation).parameters
        plain = {
            name: given_for(one) for name, one in names.items() if kinds[name].kind is not kinds[name].VAR_POSITIONAL
        }
        return await operation(*(["g"] if len(plain) < len(names) else []), **plain)

    async def end_of(self, client: type[Any], name: str) -> Any:
        """What the operation returns, or its error."""
        try:
            return await self.ask(client, name)
        except GatewayError as error:
            return error


def hints(client: type[Any], name: str) -> dict[str, Any]:
    return typing.get_type_hints(getattr(client, name))


def given_for(hint: Any) -> Any:
    """A value for a parameter."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return given_for(typing.get_args(hint)[0])
    if hint in GIVEN:
        return GIVEN[hint]
    return {"name": "x"} if "Mapping" in str(hint) else [7] if "[int]" in str(hint) else ["g"]


def good(request: Request) -> Any:
    """The answer that the operation's model declares; one page of a list."""
    if request.operation == "token":
        return TOKEN
    query = dict(request.query)
    api = "severa" if request.path.startswith("/v1/") else "procountor"
    found = facts.match(api, request.method, request.path)
    assert found is not None, f"the sandbox doesn't serve {request.method} {request.path}"
    answer = facts._facts(api)["operations"][found[0].name]["answer"]
    tree = made(api, answer) if answer is not None else None
    if query.get("firstRow", "0") != "0" or "previousId" in query:
        return [] if isinstance(tree, list) else {"results": []}
    return tree


def made(api: str, schema: Any, depth: int = 0) -> Any:
    """An object of a schema with all of its properties."""
    if "allOf" in schema:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        return made(api, facts.schema(api, schema["$ref"].rsplit("/", 1)[1]), depth + 1)
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        parts = schema.get("properties", {}).items() if depth < 12 else ()
        return {name: made(api, one, depth + 1) for name, one in parts}
    if schema["type"] == "array":
        return [made(api, schema["items"], depth + 1)]
    texts = {"date": "2026-01-02", "date-time": "2026-01-02T03:04:05"}
    return {"string": texts.get(schema.get("format"), "g"), "integer": 7, "number": 1.5, "boolean": True}[
        schema["type"]
    ]


def as_it_is(request: Request, tree: Any) -> Response:
    if request.bare:
        return Response(204, {}, b"")
    return told(tree) if not isinstance(tree, str) else Response(200, {"Content-Type": "application/pdf"}, b"")


@pytest.mark.parametrize(("client", "name"), OPERATIONS, ids=lambda one: getattr(one, "__name__", one))
async def test_decision_19_a_declared_answer_is_read_by_each_operation(client: type[Any], name: str) -> None:
    """So the answers below are mangled ones of those that are read."""
    api = Api(as_it_is)
    value = await api.ask(client, name)
    assert fits(value, hints(client, name)["return"])
    assert value or isinstance(value, bool) or hints(client, name)["return"] is type(None)


@pytest.mark.parametrize(("client", "name"), OPERATIONS, ids=lambda one: getattr(one, "__name__", one))
@settings(max_examples=max(5, settings().max_examples // 3))
@given(data=st.data())
async def test_decision_19_any_answer_is_a_value_or_an_error(client: type[Any], name: str, data: st.DataObject) -> None:
    at_login = data.draw(st.booleans() if name != "log_in" else st.just(True))
    how = data.draw(st.sampled_from(["whole", "field", "field", "field"]))

    def mangle(request: Request, tree: Any) -> Response:
        if at_login is not (request.operation == "token"):
            return as_it_is(request, tree)
        return data.draw(whole()) if how == "whole" else data.draw(with_junk(tree))

    api = Api(mangle)
    end = await api.end_of(client, name)
    if isinstance(end, GatewayError):
        assert "<html" not in f"{end}{end.cause}"
    else:
        assert fits(end, hints(client, name)["return"]), end


@pytest.mark.parametrize(("client", "name"), OPERATIONS, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize("answer", NOT_ITS_OWN)
async def test_decision_7_answer_from_elsewhere_says_nothing(client: type[Any], name: str, answer: Response) -> None:
    """Nothing was executed, refused, or is gone: a call that must not happen twice is unknown, another is retried."""
    api = Api(lambda request, tree: told(TOKEN) if request.operation == "token" else answer)
    if name == "log_in":
        return
    end = await api.end_of(client, name)
    if end is False:
        assert answer.is_json  # each field of an invoice's settings may be absent
    else:
        assert isinstance(end, InDoubt if api.sent[-1].once else Transient), end


def whole() -> st.SearchStrategy[Response]:
    kinds = st.sampled_from([{}, JSON, {"Content-Type": "text/html"}, {"Content-Type": "Application/JSON; charset=x"}])
    return st.builds(Response, st.sampled_from(STATUSES), kinds, st.sampled_from(BODIES))


@st.composite
def with_junk(draw: st.DrawFn, tree: Any) -> Response:
    """One or two places of the tree hold something else, or are absent."""
    whole_ = {"": copy.deepcopy(tree)}
    for _ in range(draw(st.integers(1, 2))):
        node, key = draw(st.sampled_from(list(places(whole_))))
        if isinstance(node, dict) and key and draw(st.booleans()):
            del node[key]
        else:
            node[key] = copy.deepcopy(draw(st.sampled_from(JUNK)))
    return Response(200, JSON, json.dumps(whole_[""]).encode())


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    for key in node if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from places(node[key])


def fits(value: Any, hint: Any) -> bool:
    """Whether a value has the type that is declared for it, with all that it holds."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or hint is object:
        return True
    if hint is None or hint is type(None):
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in inner)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is ... else list(inner)
        return isinstance(value, tuple) and len(kinds) == len(value) and all(map(fits, value, kinds))
    if origin in (dict, Mapping):
        return all(fits(key, inner[0]) and fits(one, inner[1]) for key, one in value.items())
    if origin in (list, frozenset, set):
        return isinstance(value, origin) and all(fits(one, inner[0]) for one in value)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return isinstance(value, typing.cast(type[Any], hint)) and all(
            fits(getattr(value, one.name), hints[one.name]) for one in dataclasses.fields(hint)
        )
    if hint is Decimal:
        return isinstance(value, Decimal) and value.is_finite()
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def test_the_check_of_types_sees_what_is_wrong() -> None:
    invoice = an_invoice(id="g")
    assert fits(invoice, SalesInvoice)
    assert not fits(dataclasses.replace(invoice, number=typing.cast(Any, "7")), SalesInvoice)
    assert not fits([Decimal("NaN")], list[Decimal])
