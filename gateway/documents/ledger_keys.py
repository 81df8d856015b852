"""Every key of the ledger, in one table. The ledger itself knows none of them: keys are its callers' own.

| key | what stands there |
|---|---|
| `company/kind/id` | the document: its transfer record, and its intent while it has one |
| `company/command/kind/id` | an operator's last command about the document, or about the company itself |
| `company/mail/kind/id` | the error that was mailed last |
| `company/second-look/kind/id` | when to look the document up once more |
| `company/wait/kind/id` | how long the document has waited, and what was reported of that |
| `company/hold`, `reported`, `current-error` | the company's hold, and what was reported of the company |
| `company/pause/kind`, `cursor/kind` | why one flow rests; where its next look at its source begins |
| `company/wave/axis` | changes of a dimension that an operator was asked about, and let pass |
| `company/books`, `echo` | the company of Procountor that the ledger speaks of; that it keeps our invoice number |
| `company/partner`, `product`, `item`, `person` + `/code` | intents of register objects; a person's is a guid |
| `organisation/unit`, `unit-confirmed`, `unit-moved` + `/guid` | which company a business unit belongs to |
"""

from __future__ import annotations

from gateway.documents.keys import OF_DOCUMENTS, DocumentKey

COMMAND, MAIL, SECOND_LOOK, WAIT = "command", "mail", "second-look", "wait"


def command_key(key: DocumentKey) -> str:
    """What an operator asked for last."""
    return of_document(COMMAND, key)


def mail_key(key: DocumentKey) -> str:
    """What was mailed last."""
    return of_document(MAIL, key)


def second_look_key(key: DocumentKey) -> str:
    """When the document is looked up once more."""
    return of_document(SECOND_LOOK, key)


def wait_key(key: DocumentKey) -> str:
    """How long the document has waited."""
    return of_document(WAIT, key)


def of_document(part: str, key: DocumentKey) -> str:
    """A key that speaks of a document."""
    return f"{key.company}/{part}/{key.kind}/{key.id}"


def document_of(key: str) -> DocumentKey:
    """The document that a key of `of_document` speaks of. Raises ValueError."""
    company, _, rest = key.split("/", 2)
    return DocumentKey.parse(f"{company}/{rest}")


def hold_key(company: str) -> str:
    """The company's hold."""
    return f"{company}/hold"


def pause_key(company: str, kind: str) -> str:
    """Why one flow of the company rests."""
    return f"{company}/pause/{kind}"


def pause_keys(company: str) -> list[str]:
    """Those of all flows."""
    return [pause_key(company, kind) for kind in OF_DOCUMENTS]


def cursor_key(company: str, kind: str) -> str:
    """Where a flow's next look at its source begins."""
    return f"{company}/cursor/{kind}"


def wave_key(company: str, axis: str) -> str:
    """Changes of a dimension's items that an operator was asked about (ADR 30)."""
    return f"{company}/wave/{axis}"


def reported_key(company: str) -> str:
    """Causes of the company's holds, with the time when each was reported."""
    return f"{company}/reported"


def error_key(company: str) -> str:
    """The code of the error that is the company's own current outcome."""
    return f"{company}/current-error"


def books_key(company: str) -> str:
    """The company of Procountor that the ledger speaks of."""
    return f"{company}/books"


def echo_key(company: str) -> str:
    """That Procountor keeps our invoice number."""
    return f"{company}/echo"


def register_key(company: str, register: str, code: str | int) -> str:
    """The intent of a partner, a product, an item or a person."""
    return f"{company}/{register}/{code}"


def unit_key(organisation: str, unit: str) -> str:
    """The company that a business unit is pinned to (decision 13)."""
    return f"{organisation}/unit/{unit}"


def unit_confirmed_key(organisation: str, unit: str) -> str:
    """When an operator confirmed the unit's company last."""
    return f"{organisation}/unit-confirmed/{unit}"


def unit_moved_key(organisation: str, unit: str) -> str:
    """What was reported of a unit that moved."""
    return f"{organisation}/unit-moved/{unit}"
