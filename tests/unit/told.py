"""Answers of an API as they come over the wire."""

from __future__ import annotations

import json
from typing import Any

from gateway.http import Response

JSON = {"Content-Type": "application/json"}
PAGE = b"<html><title>Sign in</title></html>"
TOKEN = {"access_token": "t", "expires_in": 3600, "access_token_expires_in": 3600}


def told(tree: Any, status: int = 200, **headers: str) -> Response:
    """JSON of the API itself."""
    return Response(status, {**JSON, **headers}, json.dumps(tree).encode())


def a_page(status: int = 200, body: bytes = PAGE) -> Response:
    """What a proxy, a firewall or a login portal answers in its place."""
    return Response(status, {"content-type": "text/html; charset=utf-8", "server": "squid"}, body)
