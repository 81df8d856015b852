"""Plain text from possible HTML: tags are removed, lines and list items stay (docs/fields.md,
additionalInformation).
"""

from __future__ import annotations

import re
from html import unescape

_WORDS = (
    "a abbr b big blockquote body br center code dd div dl dt em font h1 h2 h3 h4 h5 h6 head hr html i img ins del li "
    "mark meta link o:p ol p pre s small span strike strong style script sub sup table tbody td tfoot th thead title "
    "tr tt u ul"
)
_BLOCKS = "blockquote center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul"
_LINES = frozenset(["br", *_BLOCKS.split()])
_NAMES = "|".join(sorted(_WORDS.split(), key=len, reverse=True))
#: Attributes as HTML writes them. A bare word is one only where HTML has such an attribute: `<u week 12>` is a text.
_VALUE = r"""(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""
_ATTRIBUTE = rf"\s+(?:[a-z_:][-\w:.]*\s*=\s*{_VALUE}|nowrap|noshade|compact|hidden|reversed)"
#: Tags of these names only, so that `a < b` and `<5 kg>` stay.
_TAG = re.compile(rf"<(/?)({_NAMES})(?:{_ATTRIBUTE})*\s*/?>", re.I)
_UNSEEN = re.compile(r"<!--.*?-->|<(style|script|head|title)(?=[\s>])[^<>]*>.*?</\1\s*>", re.I | re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)


#: Marks the edge of a block until its neighbours are known; never part of a text.
_EDGE = "\x00"


def plain(text: str | None) -> str:
    """The text as a reader sees it. Text without tags and entities is unchanged, except for outer spaces."""
    seen = _UNSEEN.sub("", (text or "").replace(_EDGE, ""))
    if _TAG.search(seen):
        if any(found[2].lower() in _LINES for found in _TAG.finditer(seen)):
            seen = re.sub(r"\s*\n\s*", " ", seen)  # tags make the lines; line ends of the source mean nothing
        seen = re.sub(r"[ \t]+", " ", _TAG.sub(_instead, seen))
        seen = re.sub(rf" ?(?:{_EDGE} ?)+", "\n", seen)
        seen = re.sub(r" ?\n ?", "\n", seen)
    return _ENTITY.sub(lambda found: unescape(found[0]), seen).strip()


def _instead(tag: re.Match[str]) -> str:
    closing, name = tag[1], tag[2].lower()
    if name == "br":
        return "\n"
    if name == "li":
        return _EDGE if closing else f"{_EDGE}- "
    if name in ("td", "th"):
        return " "
    return _EDGE if name in _LINES else ""
