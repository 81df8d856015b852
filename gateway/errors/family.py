"""Five kinds of error, by what happens next. No other exception crosses rooms (decision 19).

GatewayError
+-- Transient       the gateway retries by itself
+-- Permanent       a person at the source must change something: an error outcome
+-- Configuration   the operator must change something: the company is held
+-- Poison          unreadable: dead letter
+-- InDoubt         the call may have been executed: look first, then act
"""

from __future__ import annotations

import hashlib

from gateway.errors.credentials import redact


class Varying(str):
    """A fact that may differ each time an error occurs: texts show it, but it doesn't distinguish causes (Q3)."""

    __slots__ = ()


class GatewayError(Exception):
    """An error with a code of the catalogue and two texts.

    `message` is for a finance person (what, why, what to do) and contains no secrets and no personal identity numbers;
    `detail` is for the engineer. `facts` are the values in the texts; they also distinguish causes (Q3). Personal
    identity numbers and secrets are masked in all of them (R3, S1): they go to topics, mails and logs.
    """

    def __init__(self, code: str, message: str, detail: str = "", **facts: object) -> None:
        self.code = code
        self.message = redact(message)
        self.detail = redact(detail)
        self.facts = {name: _masked(value) for name, value in facts.items()}
        super().__init__(f"{code}: {self.message}" + (f" [{self.detail}]" if self.detail else ""))

    @property
    def cause(self) -> str:
        """Distinguishes this cause from others of the same document (Q3)."""
        facts = {name: fact for name, fact in self.facts.items() if not isinstance(fact, Varying)}
        return "|".join([self.code, *(f"{name}={facts[name]}" for name in sorted(facts))])


def codes_of(cause: str) -> list[str]:
    """The codes at the beginning of a cause: several if several errors were found at once."""
    return cause.split("|", 1)[0].split("+")


def _masked(fact: object) -> object:
    if isinstance(fact, Varying):
        return Varying(redact(fact))
    return redact(fact) if isinstance(fact, str) else fact


class Transient(GatewayError):
    """The gateway retries: with the next poll, or after `retry_after` seconds if the API said so."""

    retry_after: float | None = None


class Permanent(GatewayError):
    """A person at the source must change something. `others`: further errors of the same attempt."""

    others: tuple[Permanent, ...] = ()

    @property
    def cause(self) -> str:
        """Of several errors, the cause of the set, in any order; a hash, as rows may have long texts."""
        if not self.others:
            return super().cause
        causes = sorted({super().cause, *(one.cause for one in self.others)})
        codes = "+".join(dict.fromkeys(sorted((self.code, *(one.code for one in self.others)))))
        return f"{codes}|{hashlib.sha256(chr(10).join(causes).encode()).hexdigest()[:32]}"


class Configuration(GatewayError):
    """The operator must change something; the company is held until then (decision 14)."""


class Poison(GatewayError):
    """A record that can't be read (Q5)."""


class InDoubt(GatewayError):
    """A call that may or may not have been executed (decision 7)."""
