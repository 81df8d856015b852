"""Both APIs in one: each call is matched, limited, checked, perhaps hit by a fault, handled, and written to the
journal.
"""

from __future__ import annotations

import asyncio
import copy
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.sandbox import facts
from gateway.sandbox.procountor import operations as procountor
from gateway.sandbox.procountor import receipts
from gateway.sandbox.server import faults, multipart
from gateway.sandbox.server.answers import cut_short, page, refused, written
from gateway.sandbox.server.call import Answer, Call, Json, Refusal
from gateway.sandbox.server.faults import TWISTS, Fault, Kind
from gateway.sandbox.server.journal import Journal
from gateway.sandbox.server.logins import Login, Logins
from gateway.sandbox.server.transports import cut
from gateway.sandbox.severa import operations as severa
from gateway.sandbox.world.file import merge

HANDLERS = {"severa": severa.OPERATIONS, "procountor": procountor.OPERATIONS}
_LOGINS = {
    "severa": {"/v1/token": "token", "/v1/refreshtoken": "refreshtoken"},
    "procountor": {"/oauth/token": "token"},
}
_TOO_MANY = "API calls quota exceeded! maximum admitted {} per 1s."


class Apis:
    """The state of the sandbox: world, logins, faults, journal, limits."""

    def __init__(self, world: Json) -> None:
        self._start = copy.deepcopy(world)
        self.journal = Journal()
        self.reset()

    def reset(self) -> None:
        """Return to the initial world; journal and faults are cleared."""
        self.world = copy.deepcopy(self._start)
        self.limits = self.world["limits"]
        self.logins = Logins(self.world["credentials"], self.limits["token_seconds"])
        self.faults: list[Fault] = []
        self.journal.clear()
        self._arrivals: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def set_faults(self, trees: Any) -> None:
        """Replace the faults. Raises ValueError that says what is accepted."""
        self.faults = faults.parse(trees, {api: list(self.world[api]) for api in HANDLERS})

    def change(self, patch: Any) -> None:
        """Add or change objects; a changed invoice is booked again. Raises WorldError."""
        merge(self.world, patch, receipts.changed)

    async def serve(self, request: Request) -> Response:
        """One call to `/severa/v1/...` or `/procountor/...`."""
        api = request.path_params["api"]
        path = "/" + request.path_params["path"]
        if api == "severa" and path.startswith("/v1.0/"):
            path = "/v1/" + path.removeprefix("/v1.0/")
        entry: Json = {"api": api, "company": "", "operation": "", "method": request.method, "path": path}
        entry |= {"status": 0, "effect": "", "object_id": None}
        arrived = time.perf_counter()
        try:
            answer = await self._call(api, path, request, entry)
        except Refusal as refusal:
            answer = refused(api, refusal)
        except _Dropped:
            if not entry["effect"]:
                self._note(entry, arrived)
            cut(request.scope)
            return Response(status_code=500)
        except asyncio.CancelledError:  # the sandbox stops while a fault lets the call hang: no traceback
            return Response(status_code=500)
        except ClientDisconnect:  # the client gave up before all of its body had arrived
            self._note(entry, arrived)
            return Response(status_code=500)
        except Exception as error:  # a fault of the sandbox must not look like an answer of the API
            entry["crash"] = repr(error)
            answer = refused(api, Refusal(500, f"InternalSystemError: the sandbox crashed: {error!r}"))
        entry["status"] = answer.status
        if not entry["effect"] or "crash" in entry:
            self._note(entry, arrived)
        kind, content = written(answer.body)
        headers = {"content-type": kind, **answer.headers}
        if entry.get("fault") == Kind.CUT_SHORT:
            return cut_short(request, content, answer.status, headers)
        return Response(content, answer.status, headers)

    def _note(self, entry: Json, arrived: float) -> None:
        entry["ms"] = round((time.perf_counter() - arrived) * 1000, 1)
        self.journal.write(**entry)

    async def _call(self, api: str, path: str, request: Request, entry: Json) -> Answer:
        content = await request.body()
        if path in _LOGINS[api]:
            return await self._token(api, _LOGINS[api][path], request.method, content, entry)
        found = facts.match(api, request.method, path)
        if found is None:
            raise _violated(entry, Refusal(404, f"no operation {request.method} {path}"))
        operation, parameters = found
        entry["operation"] = operation.name
        login = self.logins.who(request.headers.get("authorization", ""))
        entry["company"] = login.owner
        self._limit(api, login.client)
        if api == "severa":
            _check_severa(request, operation.scopes, login)
        body, file = _body(operation, content, request, entry)
        self._check(api, operation, request, body, entry)
        if body is not None:
            entry["body"] = body
        if self.limits["latency_ms"]:
            await asyncio.sleep(self.limits["latency_ms"] / 1000)
        call = Call(
            owner=login.owner,
            store=self.world[api].setdefault(login.owner, {}),
            path=parameters,
            query=list(request.query_params.multi_items()),
            headers=dict(request.headers),
            body=body,
            limits=self.limits,
            file=file,
        )

        def handled(search_lag: float, twist: str) -> Answer:
            call.search_lag, call.twist = search_lag, twist
            return HANDLERS[api][operation.name](call)

        return await self._struck(api, handled, entry)

    async def _struck(self, api: str, handled: Callable[[float, str], Answer], entry: Json) -> Answer:
        """Run the handler, with any fault that hits this call. An effect enters the journal when it happens."""
        owner, operation = entry["company"], entry["operation"]
        fault = next((one for one in self.faults if one.strikes(api, operation, owner)), None)
        kind = fault.kind if fault else None
        seconds = fault.seconds if fault else 0.0
        if fault:
            entry["fault"] = fault.kind.value
        if fault and kind is Kind.TOO_MANY:
            raise Refusal(429, _TOO_MANY.format(self.limits[f"{api}_per_second"]), retry_after=fault.retry_after)
        if kind in (Kind.FAIL_BEFORE, Kind.SERVER_ERROR):
            raise Refusal(500, "InternalSystemError: a requested fault")
        if kind is Kind.FORBIDDEN:
            raise Refusal(403, "InsufficientRights: a requested fault")
        if fault and kind is Kind.PAGE:
            return page(fault.status)
        if kind is Kind.DROP_BEFORE:
            raise _Dropped
        if kind is Kind.COMMIT_LATE:
            await asyncio.sleep(seconds)
        answer = handled(seconds if kind is Kind.SEARCH_LAG else 0.0, kind.value if kind in TWISTS else "")
        if answer.effect:
            entry |= {"effect": answer.effect, "object_id": answer.object_id, "object": answer.about}
            statuses = {Kind.FAIL_AFTER: 500, Kind.REFUSE_AFTER: 409, Kind.DROP_AFTER: 0}
            statuses |= {Kind.PAGE_AFTER: fault.status} if fault else {}
            status = statuses.get(kind, answer.status) if kind else answer.status
            self.journal.write(**{**entry, "status": status})
        if kind is Kind.LATE:
            answer = copy.deepcopy(answer)  # a copy: it may change until it is sent
            await asyncio.sleep(seconds)
        if kind is Kind.FAIL_AFTER:
            raise Refusal(500, "InternalSystemError: a requested fault")
        if kind is Kind.REFUSE_AFTER:
            raise Refusal(409, "Conflict: a requested fault")
        if fault and kind is Kind.PAGE_AFTER:
            return page(fault.status)
        if kind is Kind.DROP_AFTER:
            raise _Dropped
        return answer

    async def _token(self, api: str, operation: str, method: str, content: bytes, entry: Json) -> Answer:
        entry["operation"] = operation
        if method != "POST":
            raise _violated(entry, Refusal(404, f"no operation {method} {entry['path']}"))
        if api == "procountor":
            entry["company"], body = self.logins.procountor(content)
        elif operation == "token":
            entry["company"], body = self.logins.severa(_json(content, entry))
        else:
            entry["company"], body = self.logins.refreshed(_json(content, entry))
        return await self._struck(api, lambda *_: Answer(body=body), entry)

    def _limit(self, api: str, client: str) -> None:
        """Calls of one client in any second; Severa's limit is per credential, Procountor's per client id."""
        line, now, allowed = self._arrivals[api, client], time.monotonic(), self.limits[f"{api}_per_second"]
        while line and line[0] <= now - 1.0:
            line.popleft()
        if len(line) >= allowed:
            raise Refusal(429, _TOO_MANY.format(allowed), retry_after=1)
        line.append(now)

    def _check(self, api: str, operation: facts.Operation, request: Request, body: Any, entry: Json) -> None:
        query = request.query_params.multi_items()
        wrong = facts.problems(operation, query, body, api == "severa", request.headers.keys())
        if api == "procountor":
            wrong += [f"not in Windows-1252: {text!r}" for text in _strings(body) if not _in_repertoire(text)]
        if wrong:
            raise _violated(entry, Refusal(400, ("InvalidRequest: " if api == "severa" else "") + "; ".join(wrong)))


class _Dropped(Exception):
    """The connection must be cut without an answer."""


def _violated(entry: Json, refusal: Refusal) -> Refusal:
    """A call that the API's own facts don't allow: kept in the journal, so that a run can count them."""
    entry["violation"] = refusal.message
    return refusal


def _body(operation: facts.Operation, content: bytes, request: Request, entry: Json) -> tuple[Any, bytes]:
    if not operation.parts:
        return _json(content, entry), b""
    try:
        return multipart.read(content, request.headers.get("content-type", ""))
    except ValueError as error:
        raise _violated(entry, Refusal(400, f"body is not multipart: {error}")) from error


def _json(content: bytes, entry: Json) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError as error:
        raise _violated(entry, Refusal(400, f"body is not JSON: {error}")) from error


def _check_severa(request: Request, scopes: tuple[str, ...], login: Login) -> None:
    if request.headers.get("client_id") != login.client:
        raise Refusal(401, "AuthenticationRequired: header Client_Id")
    missing = set(scopes) - login.scopes
    if missing:
        raise Refusal(403, f"InsufficientApiScope: {', '.join(sorted(missing))}")


def _strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for child in children for text in _strings(child)]


def _in_repertoire(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
