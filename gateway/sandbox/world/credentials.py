"""The credentials of a world: per organisation for Severa, one client with a key per company for Procountor."""

from __future__ import annotations

from typing import Any

from gateway.sandbox.errors import WorldError, some_object

Json = dict[str, Any]

_SEVERA, _PROCOUNTOR = ("client_id", "client_secret", "scopes"), ("client_id", "client_secret", "keys")


def checked_credentials(where: str, given: Any, world: Json) -> Json:
    """Complete credentials for every organisation and company of the world. Raises WorldError."""
    place = f"{where}: credentials"
    tree = some_object(given, place, "with severa, procountor")
    _known(tree, ("severa", "procountor"), place)
    severa = some_object(tree.get("severa", {}), f"{place}.severa", "by organisation")
    for organisation in (*world["severa"], *severa):
        own = f"{place}.severa.{organisation}"
        one = some_object(severa.get(organisation, {}), own, "with client_id, client_secret")
        _known(one, _SEVERA, own)
        _texts(one, ("client_id", "client_secret"), own)
        scopes = one.get("scopes", [])
        if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
            raise WorldError(f'{own}.scopes: a list such as ["invoices:read"] is expected.')
    procountor = some_object(tree.get("procountor", {}), f"{place}.procountor", "with client_id, client_secret, keys")
    _known(procountor, _PROCOUNTOR, f"{place}.procountor")
    keys = some_object(procountor.get("keys", {}), f"{place}.procountor.keys", "by company")
    for company in world["procountor"]:
        if not isinstance(keys.get(company), str) or not keys[company]:
            raise WorldError(f"{place}.procountor.keys.{company}: the company's API key is expected.")
    if world["procountor"]:
        _texts(procountor, ("client_id", "client_secret"), f"{place}.procountor")
    if len(set(keys.values())) < len(keys):
        raise WorldError(f"{place}.procountor.keys: two companies have the same key.")
    return {"severa": severa, "procountor": procountor}


def _known(tree: Json, names: tuple[str, ...], place: str) -> None:
    for name in tree:
        if name not in names:
            raise WorldError(f"{place}.{name}: not known; accepted are {', '.join(names)}.")


def _texts(tree: Json, names: tuple[str, ...], place: str) -> None:
    if not all(isinstance(tree.get(name), str) and tree[name] for name in names):
        raise WorldError(f"{place}: {' and '.join(names)} are expected.")
