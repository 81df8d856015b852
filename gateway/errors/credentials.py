"""Hide secrets in texts: what a library, an API or an exception may repeat of what it was sent (S1)."""

from __future__ import annotations

import re

from gateway.errors.personal import mask

#: The replacement of a secret.
HIDDEN = "***"

#: The end of a name whose value is a secret.
_NAME = r"[\w-]{0,30}(?:secret|password|passwd|api[_-]?key|(?:access|refresh|id)_token)"
#: `Authorization: Basic ...`, `('Authorization', 'Basic ...')`, as text or as bytes.
_HEADER = re.compile(
    r"(?i)(authorization(?:['\"]\s*,\s*b?['\"]|['\"]?\s*[:=]\s*(?:b?['\"])?))(?!\*)(?:[a-z]+\s+)?[^\s'\",)\]}]+"
)
#: `client_secret=...` of a form or of code, `"client_secret": "..."` of JSON or of a repr. A SecretStr hides itself.
_NAMED = re.compile(
    rf"(?i)(\b{_NAME}\s*=\s*|[\"']{_NAME}[\"']\s*:\s*)(?!SecretStr|\*)(?:b?\"[^\"]*\"|b?'[^']*'|[^\s\"'&,;)\]}}]+)"
)
_BEARER = re.compile(r"(?i)\bbearer\s+\S+")
#: The login in an address.
_LOGIN = re.compile(r"(?<=://)[^\s/@'\"]{1,200}@")


def hide(text: str) -> str:
    """The text without tokens, passwords and keys, as far as their form or name shows them."""
    found = _NAMED.sub(rf"\1{HIDDEN}", _HEADER.sub(rf"\1{HIDDEN}", text))
    return _LOGIN.sub(f"{HIDDEN}@", _BEARER.sub(f"Bearer {HIDDEN}", found))


def redact(text: str) -> str:
    """The text without personal identity numbers and secrets (R3, S1)."""
    return hide(mask(text))
