"""Real samples, damaged: bytes that are flipped, cut, doubled or put in, and JSON with odd values in odd places."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

#: Bytes that parsers of any kind stumble over: lengths, ends, quotes, openings.
BYTES = [b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80" * 9 + b"\x01", b'"', b"\\", b"[" * 500, b"{", b"\xed\xa0\x80"]
BYTES += [b"\r\n", b"<<", b">>", b"endobj", b"stream\n", b"\xff\xd8", b";", b"9" * 400]
#: Tokens of JSON in place of any value. Those in quotes are texts.
TOKENS = ["null", "true", "0", "-1", "0.1", "1e30", "-1e400", "1e9999999", "1E-9999999", "9" * 5000, "9" * 400, "1.5"]
TOKENS += [
    "NaN",
    "Infinity",
    "[]",
    "{}",
    "[null]",
    '""',
    '" "',
    '"\\ud83d"',
    '"\\u0000"',
    '"0112038-9"',
    '"-"',
    '"RUB"',
]
TOKENS += ['"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59.9999999-14:00"', '"2026-02-30"', '"12:00"', '"🤷"']
TOKENS += [json.dumps("x" * 70_000), "[" * 200 + "]" * 200, "[" * 100_000, '{"a":' * 2000 + "1" + "}" * 2000]
#: What stands for a token until the tree is a text.
_PLACE = "token {} goes here"


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """A sample with up to four damages, or none."""
    found = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(found)))
        length = draw(st.sampled_from([1, 2, 4, 16, 300]))
        put = draw(st.sampled_from(BYTES) | st.binary(max_size=8))
        match draw(st.integers(0, 4)):
            case 0:  # flipped
                found = (
                    found[:at] + bytes(one ^ draw(st.integers(1, 255)) for one in found[at : at + 1]) + found[at + 1 :]
                )
            case 1:  # cut off
                found = found[:at]
            case 2:  # left out
                found = found[:at] + found[at + length :]
            case 3:  # doubled
                found = found[: at + length] + found[at:]
            case _:  # put in, or in place of others
                found = found[:at] + put + found[at + draw(st.sampled_from([0, len(put)])) :]
    return found


@st.composite
def odd_json(draw: st.DrawFn, samples: Sequence[Any]) -> bytes:
    """A sample as JSON with up to three values replaced, left out, doubled or swapped for another of its own."""
    tree, tokens = {"": copy.deepcopy(draw(st.sampled_from(samples)))}, list[str]()
    for _ in range(draw(st.integers(0, 3))):
        holder, key = draw(st.sampled_from(list(_places(tree))))
        match draw(st.integers(0, 5)):
            case 0 if key != "":
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.insert(0, copy.deepcopy(holder[key]))
            case 2:
                other, there = draw(st.sampled_from(list(_places(tree))))
                holder[key] = copy.deepcopy(other[there])
            case _:
                holder[key] = _PLACE.format(len(tokens))
                tokens.append(draw(st.sampled_from(TOKENS)))
    text = json.dumps(tree[""])
    for number, token in enumerate(tokens):
        text = text.replace(json.dumps(_PLACE.format(number)), token)
    return text.encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Each value of a tree, as the object or list that holds it and its name or place there."""
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from _places(node[key])
