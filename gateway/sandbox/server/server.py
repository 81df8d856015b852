"""The sandbox as a server: in a thread for tests, in the foreground for a person."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.sandbox.errors import WorldError
from gateway.sandbox.server.apis import HANDLERS, Apis
from gateway.sandbox.server.transports import CuttableProtocol
from gateway.sandbox.world.file import load, prepare

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def make_app(apis: Apis) -> Starlette:
    """Both APIs and the control API."""

    async def journal(request: Request) -> Response:
        asked = request.query_params.get("after", "-1")
        if not asked.lstrip("-").isdigit():
            return JSONResponse({"error": f"after {asked}: a number is expected"}, 400)
        after = max(int(asked), -1)
        return PlainTextResponse("".join(json.dumps(one) + "\n" for one in apis.journal.entries(after)))

    async def set_faults(request: Request) -> Response:
        try:
            apis.set_faults(await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"faults": len(apis.faults)})

    async def change_world(request: Request) -> Response:
        try:
            apis.change(await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({})

    async def show_world(_: Request) -> Response:
        return JSONResponse({name: apis.world[name] for name in ("severa", "procountor", "limits")})

    async def reset(_: Request) -> Response:
        apis.reset()
        return JSONResponse({})

    async def call(request: Request) -> Response:
        if request.path_params["api"] in HANDLERS:
            return await apis.serve(request)
        error = f"there is no {request.method} {request.url.path}; docs/sandbox.md lists what there is"
        return JSONResponse({"error": error}, 404)

    return Starlette(
        routes=[
            Route("/_sandbox/journal", journal),
            Route("/_sandbox/faults", set_faults, methods=["PUT"]),
            Route("/_sandbox/world", show_world),
            Route("/_sandbox/world", change_world, methods=["POST"]),
            Route("/_sandbox", reset, methods=["DELETE"]),
            Route("/{api:str}/{path:path}", call, methods=METHODS),
        ]
    )


class SandboxApis:
    """Both APIs on a loopback port, in a thread of this process."""

    def __init__(self, tree: Any, port: int = 0) -> None:
        self.apis = Apis(prepare(tree))
        self._socket = _bound("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.severa_url, self.procountor_url = self.url + "/severa", self.url + "/procountor"
        self._server = uvicorn.Server(_config(make_app(self.apis)))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> SandboxApis:
        """Start it and wait until it answers."""
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        """Stop it; calls under way are cut."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)
        with contextlib.suppress(OSError):
            self._socket.close()

    def __enter__(self) -> SandboxApis:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def journal(self, **facts: Any) -> list[dict[str, Any]]:
        """Journal entries with these facts."""
        entries = self.apis.journal.entries()
        return [one for one in entries if all(one.get(name) == value for name, value in facts.items())]

    def faults(self, *trees: dict[str, Any]) -> None:
        """Replace the faults. Raises ValueError."""
        self.apis.set_faults(list(trees))

    def change(self, patch: dict[str, Any]) -> None:
        """Add or change objects. Raises WorldError."""
        self.apis.change(patch)

    def reset(self) -> None:
        """Return to the initial world; journal and faults are cleared."""
        self.apis.reset()


def serve(path: Path, host: str, port: int) -> None:
    """Serve in the foreground until interrupted; port 0 takes a free one.

    Raises WorldError for a wrong world file, and for an address that isn't available.
    """
    apis = Apis(load(path))
    try:
        bound = _bound(host, port)
    except OSError as error:
        raise WorldError(f"{host}:{port}: can't be listened on ({error.strerror}).") from error
    bound.listen()  # a call right after the line below waits a moment instead of being refused
    url = f"http://{host}:{bound.getsockname()[1]}"
    print(f"Severa {url}/severa  Procountor {url}/procountor  control {url}/_sandbox/journal", flush=True)
    uvicorn.Server(_config(make_app(apis))).run([bound])


def _bound(host: str, port: int) -> socket.socket:
    # with the protocol's number, asyncio knows that it is TCP and answers without Nagle's delay of 40 ms
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(app, http=CuttableProtocol, lifespan="off", log_level="error", access_log=False, ws="none")
