"""Texts that fit: characters that Procountor takes, within its limits, and what was lost on the way (T1, T2, B6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

from gateway.documents import Cut, CutKind

#: Joins and modifiers that belong to the character before them.
_JOINER = "\u200d"
_MODIFIERS = frozenset([_JOINER, *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0x1F3FB, 0x1F400))])
#: Characters without any width, that nobody misses.
_NOTHING = frozenset("\u200b\u200e\u200f\u2060\ufeff")
#: Scripts and signs that have a near form in Windows-1252; of others only `?` is honest.
_NEAR = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER LETTER")


def fit(field: str, text: str | None, limit: int, lines: bool = False) -> tuple[str, list[Cut]]:
    """The text in Windows-1252's repertoire and at most `limit` characters, with a record of each loss.

    After the replacement every character is one code point, so a cut never splits one. `lines`: line ends stay.
    """
    clean = _tidy(text or "", lines)
    clusters = list(_characters(clean))
    kept = [_replacement(cluster) for cluster in clusters]
    losses = []
    replaced = [cluster for cluster, near in zip(clusters, kept, strict=True) if cluster != near]
    whole = "".join(kept)
    if replaced:
        shown = "".join(dict.fromkeys(replaced))[:40]
        losses.append(Cut(field, CutKind.REPLACED, len(clusters), len(clusters), shown))
    if len(whole) > limit:
        whole = whole[:limit].rstrip()
        losses.append(Cut(field, CutKind.CUT, sum(map(len, kept)), len(whole)))
    return whole, losses


def _tidy(text: str, lines: bool) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    if not lines:
        text = re.sub(r"\s*\n\s*", " ", text)
    kept = "".join(one for one in text if one in "\n\t" or (one not in _NOTHING and unicodedata.category(one) != "Cc"))
    return kept.replace("\t", " ").strip()


def _characters(text: str) -> Iterator[str]:
    """Characters as a reader counts them: a base with its marks, an emoji with its joins, a flag."""
    cluster = ""
    for one in text:
        flag = len(cluster) == 1 and _is_flag(cluster) and _is_flag(one)
        joins = unicodedata.combining(one) or unicodedata.category(one) in ("Mn", "Me", "Mc") or one in _MODIFIERS
        if cluster and (joins or flag or cluster.endswith(_JOINER)):
            cluster += one
        else:
            if cluster:
                yield cluster
            cluster = one
    if cluster:
        yield cluster


def _is_flag(one: str) -> bool:
    return 0x1F1E6 <= ord(one) <= 0x1F1FF


def _replacement(cluster: str) -> str:
    """The cluster itself when Windows-1252 has it, else the nearest, else `?`."""
    try:
        cluster.encode("cp1252")
        return cluster
    except UnicodeEncodeError:
        base = cluster[0]
    try:
        base.encode("cp1252")
        return base  # its marks can't be kept
    except UnicodeEncodeError:
        near = unicodedata.name(base, "").startswith(_NEAR) or unicodedata.category(base)[0] in "PZ"
        near = near or unicodedata.category(base) in ("Sm", "Sc")
        plain = anyascii(base) if near else ""
        return plain if plain and plain.isascii() and plain.isprintable() else "?"
