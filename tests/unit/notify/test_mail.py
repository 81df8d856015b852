from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.delivery.outcomes import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence, Subject, Target
from gateway.errors import CATALOGUE, configuration, refuse
from gateway.notify.mail import render

OUTCOME = Outcome(
    key=DocumentKey("acme-fi", Kind.SALES_INVOICE, "8f0e"),
    organisation="nordic",
    revision=Revision(1, Sequence(1, 1), "abc"),
    attempt=1,
    state=OutcomeState.REFUSED,
    subject=Subject("1001", "Asiakas Oy"),
    at=datetime(2026, 3, 2, tzinfo=UTC),
    error=describe(refuse("CUSTOMER_NUMBER_MISSING", customer="Asiakas Oy")),
)


def test_S8_a_mail_says_what_happened_and_what_to_do() -> None:
    mail = render(OUTCOME, ["finance@acme.fi"], "gateway@acme.fi")
    text = mail.get_content()
    assert mail["Subject"] == "[acme-fi] Invoice 1001 was not transferred: CUSTOMER_NUMBER_MISSING"
    assert "Customer Asiakas Oy has no customer number." in text
    assert "Fill in the customer number" in text
    assert "Who acts: finance" in text
    noted = render(replace(OUTCOME, notes=("It was cut.",)), ["finance@acme.fi"], "gateway@acme.fi")
    assert "Note:     It was cut." in noted.get_content()


def test_decision_14_a_mail_tells_that_a_hold_is_over() -> None:
    key, said = DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"), "LOGIN_REFUSED is over: the company was held."
    over = replace(OUTCOME, key=key, state=OutcomeState.WITHDRAWN, error=None, notes=(said,))
    mail = render(over, ["finance@acme.fi"], "gateway@acme.fi")
    assert mail["Subject"] == "[acme-fi] Company acme-fi: LOGIN_REFUSED is over"
    assert said in mail.get_content() and "Nothing to do" in mail.get_content()
    with pytest.raises(ValueError, match="its end"):
        render(replace(OUTCOME, error=None, state=OutcomeState.WITHDRAWN), ["a@b.fi"], "g@acme.fi")


def test_Q1_message_id_is_of_document_revision_and_cause() -> None:
    first, again = (render(OUTCOME, ["a@b.fi"], "g@acme.fi")["Message-ID"] for _ in range(2))
    other = render(replace(OUTCOME, revision=Revision(2, Sequence(1, 2), "abd")), ["a@b.fi"], "g@acme.fi")["Message-ID"]
    assert first == again != other


def test_B8_row_text_of_pages_is_shortened() -> None:
    """All of it still tells one cause from another (Q3)."""
    error = refuse("VAT_MISSING", row=3, text="x" * 9000)
    assert describe(error).message == f"Row 3 ({'x' * 300}...) has no VAT percentage."
    assert error.cause != refuse("VAT_MISSING", row=3, text="x" * 9001).cause


@pytest.mark.parametrize("code", ["PERIOD_CLOSED", *(code for code, one in CATALOGUE.items() if one.headline)])
def test_B8_mail_of_a_transferred_invoice_says_so(code: str) -> None:
    """A person who reads subjects only would invoice a second time, by hand."""
    error = replace(OUTCOME.error or describe(refuse("COUNTRY_MISSING")), code=code)
    for target in (Target("procountor", "sales-invoice", "9002", "UNFINISHED", "70", "3"), None):
        mail = render(replace(OUTCOME, error=error, target=target), ["a@b.fi"], "g@acme.fi")
        assert ("was not transferred" in mail["Subject"]) == (code == "PERIOD_CLOSED" and target is None)


def test_B8_a_company_whose_invoices_wait_is_not_called_held() -> None:
    facts = {"count": 30, "company": "acme-fi", "said": "No answer."}
    error, key = describe(configuration("INVOICES_WAIT", "", **facts)), DocumentKey("acme-fi", Kind.COMPANY, "acme-fi")
    mail = render(replace(OUTCOME, key=key, error=error), ["a@b.fi"], "g@acme.fi")
    assert mail["Subject"] == "[acme-fi] Company acme-fi has invoices that wait too long: INVOICES_WAIT"


def test_S8_a_mail_is_marked_as_made_by_a_machine() -> None:
    """RFC 3834; without it each out-of-office reply comes back."""
    mail = render(OUTCOME, ["a@b.fi"], "g@acme.fi")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")


def test_B8_technical_part_stands_last_and_is_explained() -> None:
    error = describe(refuse("INVOICE_LATE", "id in\nProcountor: 9002", number=1001, there="invoice 70"))
    text = render(replace(OUTCOME, error=error, subject=Subject("1001")), ["a@b.fi"], "g@acme.fi").get_content()
    assert "Who acts: finance, in Severa or Procountor" in text and "Customer: (unknown)" in text
    end = (
        "For the operator's commands and logs:",
        "Document: acme-fi/sales-invoice/8f0e",
        "Detail:   id in Procountor: 9002",
    )
    assert text.endswith("\n".join(end) + "\n") and "every hour" not in text
    usual = render(OUTCOME, ["a@b.fi"], "g@acme.fi").get_content()
    assert "retries by itself every hour" in usual and "Detail" not in usual
