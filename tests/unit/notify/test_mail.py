from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.delivery.outcomes import describe
from gateway.documents import DocumentKey, Kind, Outcome, OutcomeState, Revision, Sequence, Subject, Target
from gateway.documents.keys import WORDS
from gateway.errors import CATALOGUE, configuration, refuse
from gateway.notify.mail import render
from gateway.telemetry.tracing import trace_of

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


def test_B8_company_with_waiting_documents_is_not_called_held() -> None:
    facts = {"count": 30, "company": "acme-fi", "said": "No answer."}
    error, key = describe(configuration("INVOICES_WAIT", "", **facts)), DocumentKey("acme-fi", Kind.COMPANY, "acme-fi")
    mail = render(replace(OUTCOME, key=key, error=error), ["a@b.fi"], "g@acme.fi")
    assert mail["Subject"] == "[acme-fi] Company acme-fi has documents that wait too long: INVOICES_WAIT"


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


def test_O2_mail_has_the_id_of_its_trace() -> None:
    headers = {"traceparent": b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    mail = render(OUTCOME, ["a@b.fi"], "g@acme.fi", trace_of(headers))
    assert "Trace:    4bf92f3577b34da6a3ce929d0e0e4736" in mail.get_content()
    assert trace_of({}) == trace_of({"traceparent": b"x"}) == ""
    held = replace(OUTCOME, key=DocumentKey("acme-fi", Kind.COMPANY, "acme-fi"))
    assert "Trace:    4bf9" in render(held, ["a@b.fi"], "g@acme.fi", "4bf9").get_content()
    assert "Trace" not in render(held, ["a@b.fi"], "g@acme.fi").get_content()


def test_B8_mail_calls_each_document_by_its_name() -> None:
    """Every kind has its words: nobody searches for an invoice where a travel reimbursement was refused."""
    error = refuse("NOT_YET_TRANSFERRED", number=501, minutes=60, said="")
    key, subject = DocumentKey("acme-fi", Kind.TRAVEL_REIMBURSEMENT, "8f0e"), Subject("501", "Maija")
    trip = replace(OUTCOME, key=key, subject=subject, error=describe(error, Kind.TRAVEL_REIMBURSEMENT))
    mail = render(trip, ["a@b.fi"], "g@acme.fi")
    assert mail["Subject"] == "[acme-fi] Travel reimbursement 501 has waited too long: NOT_YET_TRANSFERRED"
    text = mail.get_content()
    assert "Travel reimbursement 501 has waited" in text and "Traveller:            Maija" in text
    assert "invoice" not in text.lower()
    assert set(WORDS) == set(Kind)


def test_ADR_31_mail_about_a_pause_says_that_documents_go_on() -> None:
    key, error = DocumentKey("acme-fi", Kind.COMPANY, "user"), describe(configuration("API_DOWN", api="Severa"))
    mail = render(replace(OUTCOME, key=key, error=error), ["a@b.fi"], "g@acme.fi")
    assert mail["Subject"] == "[acme-fi] Company acme-fi: the flow user is paused: API_DOWN"
    assert "Its documents go on." in mail.get_content()
