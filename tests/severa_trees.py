"""Whatever Severa may say by its own schema, as Hypothesis strategies: absent, null, empty, any value of a type."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from gateway.sandbox.facts import schema

Json = dict[str, Any]

#: What people type where a text is expected.
WORDS = [
    *["", " ", "-", "0", "?", "漢字", "\u200b", "\u200e0112038-9", "0112038-9", "FI01120389", "SE556016068001"],
    *["SE556016O68001", "DE 123456789", "12\u2011345", "n/a", "Suomi", "SE", "Åland", "a@b.fi", "ł@b.fi", "h", "kpl"],
    *[
        "RF18-5390-0754-7034",
        "1232",
        "<b>x</b>",
        "/" * 600,
        "x" * 10_100,
        "👩‍👩‍👧" * 20,
        "\ud83d",
        "EUR",
        "USD",
        "CONS",
    ],
]
TEXTS = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=[]), max_size=90)
NUMBERS = st.sampled_from([0, -1, 0.005, 25.5, 1e15, 1e14, -1e300, 5e-324, 0.1 + 0.2, 123456.123456789]) | st.floats(
    allow_nan=False, allow_infinity=False
)
DATES = st.sampled_from(["0001-01-01", "9999-12-31", "2026-03-02"]) | st.dates().map(str)
TIMES = st.sampled_from(["0001-01-01T00:00:00+02:00", "2026-03-01T08:00:00.1234567Z"]) | st.datetimes().map(
    lambda moment: f"{moment.isoformat()}Z"
)


@cache
def trees(model: str) -> st.SearchStrategy[Any]:
    """Objects of one of Severa's models; a property that it doesn't require may be absent."""
    return _of(schema("severa", model))


@st.composite
def changed(draw: st.DrawFn, model: str, tree: Json) -> Json:
    """A tree of the model with some of its properties, deep or shallow, as Severa may say them besides."""
    changes = draw(st.lists(st.sampled_from(sorted(_properties(model))), max_size=4, unique=True))
    for name in changes:
        one = _properties(model)[name]
        if "$ref" in str(one) and isinstance(tree.get(name), dict) and draw(st.booleans()):
            tree = {**tree, name: draw(changed(_named(one), tree[name]))}
        elif draw(st.booleans()):
            tree = {**tree, name: draw(_of(one))}
        elif name not in schema("severa", model).get("required", ()):
            tree = {key: value for key, value in tree.items() if key != name}
    return tree


def _properties(model: str) -> Json:
    properties: Json = schema("severa", model)["properties"]
    return properties


def _named(one: Json) -> str:
    ref: str = one["$ref"] if "$ref" in one else one["allOf"][0]["$ref"]
    return ref.rsplit("/", 1)[1]


def _of(one: Json) -> st.SearchStrategy[Any]:
    """Values of a schema."""
    some = _plain(one)
    return st.none() | some if one.get("nullable") else some


def _plain(one: Json) -> st.SearchStrategy[Any]:
    if "$ref" in one or "allOf" in one:
        return st.deferred(lambda: trees(_named(one)))
    if "enum" in one:
        return st.sampled_from(one["enum"])
    if one["type"] == "object":
        needed = one.get("required", ())
        parts = {name: _of(part) for name, part in one.get("properties", {}).items() if "User" not in str(part)}
        return st.fixed_dictionaries(
            {name: part for name, part in parts.items() if name in needed},
            optional={name: part for name, part in parts.items() if name not in needed},
        )
    if one["type"] == "array":
        return st.lists(_of(one["items"]), max_size=3)
    texts = TEXTS.map(lambda text: text[: one.get("maxLength", len(text))] or "x" * one.get("minLength", 0))
    return {
        "string": {"date": DATES, "date-time": TIMES}.get(one.get("format", ""), texts),
        "integer": st.integers(-(2**31), 2**31 - 1),
        "number": NUMBERS,
        "boolean": st.booleans(),
    }[one["type"]]
