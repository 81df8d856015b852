"""What the ledger keeps of a person between attempts (ADR 32). Nothing of a personal identity number is in it (R3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from gateway.rules.persons import ACCOUNT, masked_account


@dataclass(frozen=True, slots=True)
class Memo:
    """A user's person, as it was last brought in step."""

    #: The person's id in Procountor; 0 while none is known.
    person: int = 0
    #: What Severa said of each field then; None if nothing is known.
    said: Mapping[str, object] | None = None
    #: An attempt that has not ended began to create the person.
    creating: bool = False

    def encode(self) -> str:
        """The ledger's form."""
        return json.dumps(asdict(self))


def memo_of(text: str, is_open: bool) -> Memo:
    """Read what `encode` wrote. `is_open`: the attempt that wrote it has not ended; only then it may have created the
    person.
    """
    memo = Memo(**json.loads(text)) if text else Memo()
    return Memo() if memo.creating and not is_open else memo


def shown(values: Mapping[str, object]) -> dict[str, object]:
    """Values as the ledger may keep them: the account by its ends alone."""
    return {path: masked_account(str(one)) if path == ACCOUNT else one for path, one in values.items()}
