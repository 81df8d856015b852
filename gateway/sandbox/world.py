"""World files: what both APIs hold at the start, in the APIs' own JSON shapes; times may be relative."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_RELATIVE = re.compile(r"^\$(now|today)(?:([+-])(\d+)([smhd]))?$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ACCEPTED = ("severa", "procountor", "credentials", "limits")
#: Objects that stand alone under their path instead of in a list.
SINGLE = ("/sessioninfo", "/vats/default")
LIMITS: Json = {
    "severa_per_second": 10,
    "procountor_per_second": 20,
    "latency_ms": 0,
    "token_seconds": 3600,
    "no_echo": [],
}


class WorldError(ValueError):
    """A world file is wrong: which place, and what is accepted."""


def load(path: Path) -> Json:
    """A world file. Raises WorldError."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorldError(f"{path}: can't be read ({error.strerror}).") from error
    except ValueError as error:
        raise WorldError(f"{path}: is not JSON: {error}") from error
    return prepare(tree, str(path))


def prepare(tree: Any, where: str = "world") -> Json:
    """A checked copy with its times made absolute. Raises WorldError."""
    if not isinstance(tree, dict):
        raise WorldError(f"{where}: an object with {', '.join(_ACCEPTED)} is expected.")
    for name in tree:
        if name not in _ACCEPTED:
            raise WorldError(f"{where}: {name}: not known; accepted are {', '.join(_ACCEPTED)}.")
    for name in tree.get("limits", {}):
        if name not in LIMITS:
            raise WorldError(f"{where}: limits.{name}: not known; accepted are {', '.join(LIMITS)}.")
    world: Json = {"limits": {**LIMITS, **tree.get("limits", {})}}
    for api in ("severa", "procountor"):
        owners = tree.get(api, {})
        if not isinstance(owners, dict):
            raise WorldError(f"{where}: {api}: an object by organisation or company is expected.")
        world[api] = {owner: _collections(where, api, owner, paths) for owner, paths in owners.items()}
    world["credentials"] = _credentials(where, tree.get("credentials", {}), world)
    return world


def absolute(node: Any, api: str, now: datetime | None = None) -> Any:
    """Relative times made absolute: `$now-2h`, `$now`, `$today+14d`. Procountor's times carry no zone."""
    moment = now or datetime.now(UTC)
    if isinstance(node, list):
        return [absolute(one, api, moment) for one in node]
    if isinstance(node, dict):
        return {name: absolute(value, api, moment) for name, value in node.items()}
    found = _RELATIVE.match(node) if isinstance(node, str) else None
    if found is None:
        return node
    kind, sign, count, unit = found.groups()
    seconds = int(count) * _SECONDS[unit] if count else 0
    then = moment + timedelta(seconds=-seconds if sign == "-" else seconds)
    return then.date().isoformat() if kind == "today" else stamp(api, then)


def stamp(api: str, moment: datetime | None = None) -> str:
    """A time as the API writes it."""
    moment = moment or datetime.now(UTC)
    if api == "severa":
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def merge(world: Json, patch: Json) -> None:
    """Add or change objects: matched by guid or id, fields replaced one by one. Raises WorldError."""
    for api in patch:
        if api not in ("severa", "procountor"):
            raise WorldError(f"{api}: not known; accepted are severa, procountor.")
        for owner, paths in patch[api].items():
            if owner not in world[api]:
                raise WorldError(f"{api}.{owner}: not known; there are {', '.join(world[api])}.")
            for path, objects in _collections("patch", api, owner, paths).items():
                _merge_into(world[api][owner], path, objects, api)


def _merge_into(owner: Json, path: str, objects: Any, api: str) -> None:
    if path in SINGLE:
        owner[path] = objects
        return
    there = owner.setdefault(path, [])
    key = "guid" if api == "severa" else "id"
    for one in objects:
        if api == "severa":
            one.setdefault("lastUpdatedDateTime", stamp(api))
        known = next((old for old in there if key in one and old.get(key) == one[key]), None)
        if known is None:
            there.append(one)
        else:
            known.update(one)


def _collections(where: str, api: str, owner: str, paths: Any) -> Json:
    if not isinstance(paths, dict):
        raise WorldError(f"{where}: {api}.{owner}: an object by path is expected, such as /v1/invoices.")
    for path, objects in paths.items():
        wanted = dict if path in SINGLE else list
        if not path.startswith("/") or not isinstance(objects, wanted):
            kind = "an object" if wanted is dict else "a list of objects"
            raise WorldError(f"{where}: {api}.{owner}.{path}: {kind} under a path such as /v1/invoices is expected.")
    filled: Json = absolute(copy.deepcopy(paths), api)
    return filled


def _credentials(where: str, given: Json, world: Json) -> Json:
    """By organisation for Severa; one client with a key for each company for Procountor."""
    severa, procountor = given.get("severa", {}), given.get("procountor", {})
    for organisation in world["severa"]:
        if not {"client_id", "client_secret"} <= set(severa.get(organisation, {})):
            raise WorldError(f"{where}: credentials.severa.{organisation}: client_id and client_secret are expected.")
    for company in world["procountor"]:
        if not procountor.get("keys", {}).get(company):
            raise WorldError(f"{where}: credentials.procountor.keys.{company}: the company's API key is expected.")
    return {"severa": severa, "procountor": procountor}
