"""File names that Procountor accepts and that are unique within an invoice (X6).

The rule: an extension of one of the three kinds is removed. The rest becomes ASCII by the nearest letters (`ä` is `a`,
`ß` is `ss`); each run of other characters than letters, digits and `-` becomes `_`; `_` and `-` at either end are
removed; an empty name becomes `attachment`; the stem is cut to 60 characters; the extension is the content's. A name
that is taken, in any case, gets `-2`, `-3`, ... before its extension.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from anyascii import anyascii

from gateway.attachments.kinds import FileKind

STEM = 60
_ENDING = re.compile(r"\.(pdf|gif|jpe|jpg|jpeg|jfif)$", re.IGNORECASE)
_NUMBER = re.compile(r"-([2-9]|[1-9][0-9]{1,5})\.[a-z]+$", re.IGNORECASE | re.ASCII)


def clean(name: str, kind: FileKind) -> str:
    """The name by the rule above. Cleaning a clean name changes nothing."""
    stem = _ENDING.sub("", unicodedata.normalize("NFC", name).strip())
    stem = re.sub(r"[^A-Za-z0-9-]+", "_", anyascii(stem)).strip("_-")
    return f"{stem[:STEM].strip('_-') or 'attachment'}.{kind}"


def unique(files: Sequence[tuple[str, FileKind]], taken: Iterable[str] = ()) -> list[str]:
    """Clean names of an invoice's files, in order, all different and none of them in `taken`."""
    used = {name.casefold() for name in taken}
    found = []
    for name, kind in files:
        found.append(free(clean(name, kind), used))
        used.add(found[-1].casefold())
    return found


def free(name: str, used: Iterable[str]) -> str:
    """The clean name, or the first numbered one that is not used (`used` is casefolded)."""
    used = frozenset(used)
    candidate, number = name, 1
    while candidate.casefold() in used:
        number += 1
        candidate = _with_number(name, number)
    return candidate


def is_numbered(name: str, original: str) -> bool:
    """Whether `free` may have made this name from the original."""
    found = _NUMBER.search(name)
    return found is not None and name.casefold() == _with_number(original, int(found[1])).casefold()


def _with_number(name: str, number: int) -> str:
    stem, _, ending = name.rpartition(".")
    tail = f"-{number}"
    return f"{stem[: STEM - len(tail)].rstrip('_-')}{tail}.{ending}"


def shown(name: str) -> str:
    """A name for texts: one line, without control characters, at most 100 characters."""
    line = "".join(one if one.isprintable() else " " for one in name).strip()
    return (line[:99] + "…" if len(line) > 100 else line) or "attachment"
