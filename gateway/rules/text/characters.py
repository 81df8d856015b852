"""Characters as a reader counts them, and the nearest ones in Windows-1252 (T1, T2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from anyascii import anyascii

_JOINER = "\u200d"
#: Emoji modifiers belong to the character before them.
_MODIFIERS = frozenset([_JOINER, *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0x1F3FB, 0x1F400))])
#: Scripts with near forms in Windows-1252; for others, only `?` is honest.
_NEAR = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER LETTER")
_ARROWS = {"→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "⇔": "<=>"}
#: A stroke through a sign inverts its meaning.
_NOT = "\u0338"


def visible(text: str) -> str:
    """The text without invisible characters, composed."""
    if text.isascii() and text.isprintable():  # most texts are, and the rest of this is slow
        return text
    return unicodedata.normalize("NFC", "".join(filter(_visible, text)))


def clusters(text: str) -> Iterator[str]:
    """A visible text character by character: a base with its marks, a joined emoji, a flag."""
    if text.isascii():  # no character joins another
        yield from text
        return
    cluster = ""
    for one in text:
        flag = len(cluster) == 1 and _is_flag(cluster) and _is_flag(one)
        if cluster and (flag or cluster.endswith(_JOINER) or _joins(one)):
            cluster += one
        else:
            if cluster:
                yield cluster
            cluster = one
    if cluster:
        yield cluster


@lru_cache(maxsize=4096)
def nearest(cluster: str) -> str:
    """The character itself if Windows-1252 has it, otherwise the nearest, otherwise `?`.

    In this order: the base with the one mark that Windows-1252 has (ậ is â), the base alone (ş is s; but ≠ is !=),
    Unicode's compatibility forms (㎡ is m2), the sound of a Greek or Cyrillic letter, the look of a sign.
    """
    if _known(cluster):
        return cluster
    plain = unicodedata.normalize("NFD", cluster)
    base, marks = plain[0], plain[1:]
    for mark in marks:
        if _known(one := unicodedata.normalize("NFC", base + mark)):
            return one
    if _NOT in marks and unicodedata.category(base) == "Sm":
        return f"!{nearest(base)}"
    near = base if _known(base) else _ARROWS.get(base) or _compatible(base) or _like(base) or "?"
    # A sign whose nearest is a blank (a mark on a space) would vanish at the end of a text, unrecorded.
    return near if near.strip() or cluster.isspace() else "?"


def drawn(cluster: str) -> str:
    """The character as a record may hold it: a lone surrogate is none at all."""
    return "".join("\ufffd" if unicodedata.category(one) == "Cs" else one for one in cluster)


def _visible(one: str) -> bool:
    """All characters except controls and formats; the emoji joiner and the soft hyphen have a meaning."""
    return one in "\n\t\u00ad" or one == _JOINER or unicodedata.category(one) not in ("Cc", "Cf")


def _joins(one: str) -> bool:
    return one in _MODIFIERS or unicodedata.category(one) in ("Mn", "Me", "Mc")


def _is_flag(one: str) -> bool:
    return 0x1F1E6 <= ord(one) <= 0x1F1FF


def _known(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _compatible(one: str) -> str:
    plain = unicodedata.normalize("NFKC", one)
    near = "" if plain == one else "".join(map(nearest, clusters(plain)))
    return "" if "?" in near else near


def _like(one: str) -> str:
    kind = unicodedata.category(one)
    if kind == "Nd":
        return str(unicodedata.digit(one))
    if kind[0] in "PZ" or kind in ("Sm", "Sc") or unicodedata.name(one, "").startswith(_NEAR):
        plain = anyascii(one)
        return plain if plain.isascii() and plain.isprintable() else ""
    return ""
