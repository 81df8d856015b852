"""What `gateway check` looks at for dimensions whose items follow Severa (F4, S7)."""

from __future__ import annotations

from gateway.check import settings
from gateway.check.both_systems import PROCOUNTOR, BothSystems, Look
from gateway.check.findings import Finding
from gateway.check.items import compare_items
from gateway.rules.items import Form

PART = "dimension items"


async def _dimensions(two: BothSystems) -> list[Finding]:
    followed = two.company.dimensions
    if not followed.enabled:
        return []
    there = await two.in_procountor.once("dimensions", two.procountor.dimensions)
    names, forms, found = [one.name for one in there], followed.item_names.model_dump(), list[Finding]()
    for axis, name in followed.names.items():
        found.append(settings.compare_dimension(axis, name, names, setting=f"dimensions.{axis}"))
        for one in there:
            if one.name == name:
                found += compare_items(axis, name, one.items, Form(forms[axis]), "dimensions")
    return found


#: The checks, in the order of the report.
LOOKS: tuple[Look, ...] = (Look(PART, (PROCOUNTOR,), _dimensions),)
