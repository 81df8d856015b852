"""World files: the initial data of both APIs, in the APIs' own JSON; times may be relative."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.sandbox import facts
from gateway.sandbox.errors import WorldError, some_object
from gateway.sandbox.world.credentials import checked_credentials

__all__ = ["SINGLE", "WorldError", "absolute", "load", "merge", "prepare", "stamp"]

Json = dict[str, Any]

_RELATIVE = re.compile(r"^\$(now|today)(?:([+-])(\d+)([smhd]))?$")
_MEANT_RELATIVE = re.compile(r"^\$(now|today)\b")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ACCEPTED = ("severa", "procountor", "credentials", "limits")
#: Single objects under their path, instead of a list.
SINGLE = tuple(path for path, model in facts.WORLD["procountor"].items() if isinstance(model, tuple))
LIMITS: Json = {
    "severa_per_second": 10,
    "procountor_per_second": 20,
    "latency_ms": 0,
    "token_seconds": 3600,
    "no_echo": [],
    "no_travel": [],
    "no_circulation": [],
    "receipt_items": 100,
}
#: Limits that list companies or organisations.
_LISTS = {
    "no_echo": ("procountor", "companies"),
    "no_travel": ("severa", "organisations"),
    "no_circulation": ("procountor", "companies"),
}


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
    """A checked copy with absolute times. Raises WorldError."""
    if not isinstance(tree, dict):
        raise WorldError(f"{where}: an object with {', '.join(_ACCEPTED)} is expected.")
    for name in tree:
        if name not in _ACCEPTED:
            raise WorldError(f"{where}: {name}: not known; accepted are {', '.join(_ACCEPTED)}.")
    world: Json = {}
    for api in ("severa", "procountor"):
        owners = some_object(tree.get(api, {}), f"{where}: {api}", "by organisation or company")
        world[api] = {owner: _collections(where, api, owner, paths) for owner, paths in owners.items()}
    world["limits"] = _limits(where, tree.get("limits", {}), world)
    world["credentials"] = checked_credentials(where, tree.get("credentials", {}), world)
    return world


def absolute(node: Any, api: str, now: datetime | None = None) -> Any:
    """Relative times as absolute ones: `$now-2h`, `$now`, `$today+14d`. Procountor's times have no zone.

    Raises WorldError for a text that begins like one but isn't.
    """
    moment = now or datetime.fromtimestamp(time.time(), UTC)
    if isinstance(node, list):
        return [absolute(one, api, moment) for one in node]
    if isinstance(node, dict):
        return {name: absolute(value, api, moment) for name, value in node.items()}
    if not isinstance(node, str) or not _MEANT_RELATIVE.match(node):
        return node
    found = _RELATIVE.match(node)
    if found is None:
        raise WorldError(f"{node}: no time; accepted are $now and $today with a shift such as -2h (s, m, h, d).")
    kind, sign, count, unit = found.groups()
    seconds = int(count) * _SECONDS[unit] if count else 0
    then = moment + timedelta(seconds=-seconds if sign == "-" else seconds)
    return then.date().isoformat() if kind == "today" else stamp(api, then)


def stamp(api: str, moment: datetime | None = None) -> str:
    """A time in the API's form."""
    moment = moment or datetime.fromtimestamp(time.time(), UTC)
    if api == "severa":
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def merge(world: Json, patch: Any, changed: Callable[[Json, Json, Json], None]) -> None:
    """Add or change objects, matched by guid or id, replacing field by field; a patch applies as a whole or not at all.

    `changed` is called for each existing invoice in Procountor with its store, itself and the patch. Raises WorldError.
    """
    checked = []
    for api, owners in some_object(patch, "patch", "with severa or procountor").items():
        if api not in facts.WORLD:
            raise WorldError(f"patch: {api}: not known; accepted are severa, procountor.")
        for owner, paths in some_object(owners, f"patch: {api}", "by organisation or company").items():
            if owner not in world[api]:
                raise WorldError(f"patch: {api}.{owner}: not known; there are {', '.join(world[api])}.")
            checked.append((api, owner, _collections("patch", api, owner, paths)))
    for api, owner, collections in checked:
        for path, objects in collections.items():
            _merge_into(world[api][owner], path, objects, api, changed)


def _merge_into(owner: Json, path: str, objects: Any, api: str, changed: Callable[[Json, Json, Json], None]) -> None:
    if path in SINGLE:
        owner[path] = objects
        return
    there, key = owner.setdefault(path, []), _key(api)
    for one in objects:
        known = next((old for old in there if old.get(key) == one[key]), None)
        if api == "severa" and path != "/v1/flatrates":  # whose model has no such field
            one.setdefault("lastUpdatedDateTime", stamp(api))
        if path in ("/invoices", "/businesspartners", "/ledgerreceipts"):
            one.setdefault("version", stamp(api))
        if path == "/invoices" and known is None:
            one.setdefault("created", one["version"])
        if known is None:
            there.append(one)
        else:
            known.update(one)
            if path == "/invoices":
                changed(owner, known, one)


def _collections(where: str, api: str, owner: str, paths: Any) -> Json:
    filled: Json = {}
    for path, given in some_object(paths, f"{where}: {api}.{owner}", "by path, such as /v1/invoices").items():
        place = f"{where}: {api}.{owner}.{path}"
        if path not in facts.WORLD[api]:
            raise WorldError(f"{place}: not known; accepted are {', '.join(facts.WORLD[api])}.")
        wanted = dict if path in SINGLE else list
        if not isinstance(given, wanted):
            raise WorldError(f"{place}: {'an object' if wanted is dict else 'a list of objects'} is expected.")
        try:
            objects = absolute(copy.deepcopy(given), api)
        except WorldError as error:
            raise WorldError(f"{place}: {error}") from None
        _check(place, api, path, [objects] if wanted is dict else objects, keyed=wanted is list)
        filled[path] = objects
    return filled


def _check(place: str, api: str, path: str, objects: list[Any], keyed: bool) -> None:
    seen = set()
    for n, one in enumerate(objects):
        if wrong := facts.wrong_object(api, path, one):
            raise WorldError(f"{place}[{n}]: {wrong}")
        own = one.get(_key(api)) if keyed else n
        if own is None:
            raise WorldError(f"{place}[{n}]: {_key(api)} is missing.")
        if own in seen:
            raise WorldError(f"{place}[{n}]: {_key(api)} {own} is there twice.")
        seen.add(own)


def _key(api: str) -> str:
    return "guid" if api == "severa" else "id"


def _limits(where: str, given: Any, world: Json) -> Json:
    limits = {**LIMITS, **some_object(given, f"{where}: limits", f"with {', '.join(LIMITS)}")}
    for name, value in limits.items():
        if name not in LIMITS:
            raise WorldError(f"{where}: limits.{name}: not known; accepted are {', '.join(LIMITS)}.")
        least = 0 if name == "latency_ms" else 1
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= least
        if name not in _LISTS and not number:
            raise WorldError(f"{where}: limits.{name}: a number of at least {least} is expected, not {value!r}.")
    for name, (api, owners) in _LISTS.items():
        named = limits[name]
        if not isinstance(named, list) or any(one not in world[api] for one in named):
            raise WorldError(f"{where}: limits.{name}: a list of {owners} ({', '.join(world[api])}) is expected.")
    return limits
