"""`gateway schemas plan|apply`: the registry compared with this version's schemas. Nothing is ever deleted (O1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.events.compatibility import incompatible
from gateway.events.registry import source
from gateway.events.registry_client import FULL_TRANSITIVE, RegistryClient, RegistryRefused
from gateway.events.subjects import subjects
from gateway.events.topics import Difference, Kind


async def plan(client: RegistryClient, prefix: str) -> list[Difference]:
    """What `apply` would do. Raises Transient, RegistryRefused."""
    found: list[Difference] = []
    for subject, name in subjects(prefix).items():
        level = await client.compatibility(subject)
        if level != FULL_TRANSITIVE:
            found.append(Difference(subject, Kind.SET, "compatibility", level or "", FULL_TRANSITIVE))
        if await client.look_up(subject, source(name)) is None:
            found.append(await _new(client, subject, name))
    return found


async def apply(
    client: RegistryClient, prefix: str, differences: Sequence[Difference], done: Callable[[str], None]
) -> None:
    """Set compatibilities and register schemas; `done` gets a sentence for each. Raises Transient, and RegistryRefused
    with a sentence per subject once everything else is done.
    """
    names, refused = subjects(prefix), []
    for one in differences:
        try:
            if one.kind is Kind.SET:
                await client.set_compatibility(one.topic, FULL_TRANSITIVE)
                done(f"set {one.topic}: compatibility {FULL_TRANSITIVE}")
            elif one.kind is Kind.CREATE:
                name = names[one.topic]
                done(f"registered {one.topic}: {name}, id {await client.register(one.topic, source(name))}")
        except RegistryRefused as error:
            refused.append(str(error))
    if refused:
        raise RegistryRefused("\n".join(refused))


async def _new(client: RegistryClient, subject: str, name: str) -> Difference:
    """A new version must be readable by readers of each older one, and read each of them."""
    versions, schema = await client.versions(subject), source(name)
    there = f"version {versions[-1].number}" if versions else ""
    for version in versions:
        if why := incompatible(schema, version.schema):
            return Difference(subject, Kind.REFUSED, name, f"version {version.number}", why[0], endangers=True)
    if versions and not await client.is_compatible(subject, schema):
        return Difference(subject, Kind.REFUSED, name, there, "the registry finds it incompatible", endangers=True)
    return Difference(subject, Kind.CREATE, name, there, f"version {len(versions) + 1}", endangers=True)
