"""Users of Severa for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.documents import Address, NumberState, User

#: Of nobody: numbers from 900 on are not given to people.
NUMBER, OTHER_NUMBER = "010190-900P", "020290-9016"
IBAN, OTHER_IBAN = "FI4950009420028730", "FI2112345600000785"


def a_user(**changes: Any) -> User:
    """With everything that a person can have."""
    user = User(
        id="user-guid",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        updated_at=datetime(2026, 3, 1, tzinfo=UTC),
        is_active=True,
        first_name="Maija",
        last_name="Virtanen",
        job_title="Consultant",
        email="maija@acme.example",
        phone="+358 40 1234567",
        address=Address("Mannerheimintie 1", "00100", "Helsinki", "FIN"),
        language="fi",
        personal_id=NumberState.VALID,
        account="FI49…8730",
    )
    return replace(user, **changes)
