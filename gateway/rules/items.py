"""Items of dimensions: the name of a new one, and which item in Procountor is which of Severa's (D5, B14). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from gateway.rules.text.fit import blank, fit

#: The most characters of an item's name and description. Procountor states no limit; names of dimensions have this one.
LONGEST = 255
#: What people write between a code and a name, besides a space.
STROKES = ":;,.-–"


class Form(StrEnum):
    """The form of item names in a dimension."""

    CODE = "{code}"
    NAME = "{name}"
    BOTH = "{code} {name}"


@dataclass(frozen=True, slots=True)
class Item:
    """A project, cost center or business unit in Severa. Its code identifies it, and is its name if Severa has none."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class DimensionItem:
    """An item of a dimension in Procountor."""

    id: int
    name: str
    #: Inactive in Procountor.
    closed: bool = False
    description: str = ""


def item(code: object, name: str | None) -> Item | None:
    """The item of a code, or of the name if there is no code; None without either."""
    said = name if code is None or blank(str(code)) else str(code)
    if said is None or blank(said):
        return None
    return Item(_told_apart(said), fit("name", name, LONGEST)[0])


def body(one: Item, form: Form, there: Iterable[DimensionItem] = ()) -> dict[str, object]:
    """DimensionItem for a new item; an active item has no status. Its name or its description is the code, or both are.

    If another item already has the name, the code distinguishes them.
    """
    named = {Form.CODE: one.code, Form.NAME: one.name or one.code, Form.BOTH: _both(one)}[form]
    name = fit("codeName", named, LONGEST)[0]
    taken = {other.name for other in there}
    if name in taken:
        name = _ended(name, f" ({one.code})")
    if name in taken:  # of long codes that begin alike, only their beginning fits
        name = _ended(name, _digest(one.code))
    described = one.name if name == one.code else one.code
    return {"codeName": name, **({"description": described} if described not in ("", name) else {})}


def matching(there: Collection[DimensionItem], one: Item, form: Form) -> list[DimensionItem]:
    """The items in Procountor that may be this one, by the surest sign that any of them has; active items before closed
    ones.

    With several, nothing says which one it is. Items with exactly its code are the same to readers: the oldest is it.
    """
    for closed in (False, True):
        candidates = sorted((other for other in there if other.closed is closed), key=lambda other: other.id)
        for sign in _signs(one, form):
            found = [other for other in candidates if sign(other)]
            if found:
                return found[:1] if found[0].name == one.code else found
    return []


def looks(there: Collection[DimensionItem]) -> dict[Form, list[str]]:
    """The names of active items by their form, as far as a name shows it: a code contains a digit."""
    found: dict[Form, list[str]] = {form: [] for form in Form}
    for other in there:
        first, _, rest = other.name.partition(" ")
        coded = any(sign.isdigit() for sign in first)
        if not other.closed:
            found[Form.NAME if not coded else Form.BOTH if rest.strip() else Form.CODE].append(other.name)
    return found


def _signs(one: Item, form: Form) -> list[Callable[[DimensionItem], bool]]:
    """The signs that an item in Procountor is this one, the surest first.

    A description equal to the code identifies an item with the same name, and any item if names alone name items. Names
    may begin with a number then, so a code at the start counts only before the very name.
    """
    name = one.name.casefold()
    named: Callable[[DimensionItem], bool] = lambda other: bool(name) and other.name.casefold() == name  # noqa: E731
    described: Callable[[DimensionItem], bool] = lambda other: other.description.strip() == one.code  # noqa: E731
    begins: Callable[[DimensionItem], bool] = lambda other: _after(other.name, one.code) is not None  # noqa: E731
    whole: Callable[[DimensionItem], bool] = lambda other: _after(other.name, one.code) == name  # noqa: E731
    exactly: Callable[[DimensionItem], bool] = lambda other: other.name == one.code  # noqa: E731
    if form is Form.NAME:
        free: Callable[[DimensionItem], bool] = (  # noqa: E731
            lambda other: named(other) and other.description.strip().casefold() in ("", name)
        )
        return [described, free, exactly, whole]
    both = [exactly, whole] if form is Form.CODE else [whole, exactly]
    return [*both, begins, lambda other: described(other) and named(other)]


def _after(text: str, code: str) -> str | None:
    """The text after a code at the start of a text, for comparing; None if the text doesn't begin with the code."""
    if not text.startswith(code):
        return None
    rest = text[len(code) :].lstrip(STROKES)
    return rest.strip().lstrip(STROKES).strip().casefold() if rest[:1].isspace() else None


def _both(one: Item) -> str:
    return one.code if one.name in ("", one.code) else f"{one.code} {one.name}"


def _told_apart(text: str) -> str:
    """As Procountor stores it; a text that loses something on the way stays different from all others."""
    fitted, losses = fit("codeName", text, LONGEST)
    return _ended(fitted, _digest(text)) if losses else fitted


def _digest(text: str) -> str:
    return f" ~{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _ended(text: str, end: str) -> str:
    end = fit("codeName", end, LONGEST // 2)[0]
    return fit("codeName", text, LONGEST - len(end) - 1)[0] + " " + end.strip()
