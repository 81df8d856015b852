"""The look of a dimension's items in Procountor, and the form of new items' names that matches it (S2, B14)."""

from __future__ import annotations

from collections.abc import Collection

from gateway.check.findings import Finding, State, in_settings
from gateway.rules.items import DimensionItem, Form, looks

#: How many names are shown as examples.
EXAMPLES = 3


def compare_items(
    field: str, name: str, there: Collection[DimensionItem], form: Form, flow: str = "sales"
) -> list[Finding]:
    """The look of most items compared with the settings. If names alone identify items, items are not recognised by a
    code, which is a difference; otherwise new items only look different. `field` as in the settings, in the section of
    this `flow`.
    """
    by_form = looks(there)
    count = sum(map(len, by_form.values()))
    if not count:
        return []
    fits = max(Form, key=lambda one: (len(by_form[one]), one is form))
    examples = ", ".join(by_form[fits][:EXAMPLES])
    message = f"{len(by_form[fits])} of {count} items look like {fits}: {examples}."
    thing = f"items of {field} {name}"
    if fits is form:
        return [Finding("dimensions", thing, State.OK, message)]
    step = in_settings(f'Set {flow}.item_names.{field} to "{fits}", or rename the items in Procountor.')
    unlike = Form.NAME in (fits, form)
    return [
        Finding(
            "dimensions",
            thing,
            State.DIFFERENT if unlike else State.NOTE,
            f"{message} The gateway names new items {form}.",
            step,
        )
    ]
