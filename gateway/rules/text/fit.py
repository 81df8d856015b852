"""Fit texts into Procountor's characters and limits, and record what was lost on the way (T1, T2, B6).

Procountor counts characters of Windows-1252, each of which is one code point; so lengths are those after the
replacement. Texts are cut between the characters that a reader sees.
"""

from __future__ import annotations

import re

from gateway.documents import Truncation, TruncationKind
from gateway.rules.text.characters import clusters, drawn, nearest, visible

#: The most replaced characters that a record shows.
SHOWN = 40
#: The most characters of the kept text that a record shows, so that an outcome stays smaller than its change event.
KEPT = 200


def fit(field: str, text: str | None, limit: int, lines: bool = False) -> tuple[str, list[Truncation]]:
    """The text in Windows-1252's characters and at most `limit` long, with a record of each loss.

    `lines`: line ends stay; otherwise they become spaces.
    """
    seen = list(clusters(_tidy(text or "", lines)))
    near = [nearest(one) for one in seen]
    full = sum(map(len, near))
    kept = _within(near, limit) if full > limit else "".join(near)
    shown, losses = kept[:KEPT], []
    replaced = [drawn(one) for one, other in zip(seen, near, strict=True) if one != other]
    if replaced:
        losses.append(
            Truncation(field, TruncationKind.REPLACED, full, len(kept), _within(dict.fromkeys(replaced), SHOWN), shown)
        )
    if full > limit:
        losses.append(Truncation(field, TruncationKind.CUT, full, len(kept), kept=shown))
    return kept, losses


def blank(text: str | None) -> bool:
    """Whether a text has nothing visible."""
    return not _tidy(text or "", False)


def _within(pieces: list[str] | dict[str, None], limit: int) -> str:
    """As many whole pieces as the limit allows, without a space or a joiner at the end."""
    kept = ""
    for piece in pieces:
        if len(kept) + len(piece) > limit:
            break
        kept += piece
    return kept.rstrip(" \n/") or kept


def _tidy(text: str, lines: bool) -> str:
    text = visible(re.sub("\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text))
    if not lines:
        text = re.sub(r"\s*\n\s*", " ", text)
    return text.replace("\t", " ").strip()
