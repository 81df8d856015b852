"""The sandbox's Severa, over real HTTP."""

from __future__ import annotations

import httpx
import pytest

from gateway.sandbox.demo_world import AFTER, BEFORE, guid
from gateway.sandbox.server import SandboxApis


def test_both_headers_are_needed(severa: httpx.Client) -> None:
    assert severa.get("/v1/invoices").status_code == 200
    assert severa.get("/v1.0/invoices").status_code == 200
    assert severa.get("/v1/invoices", headers={"Client_Id": "other"}).status_code == 401
    assert severa.get("/v1/invoices", headers={"Authorization": "Bearer x"}).json()["error"]["httpStatusCode"] == 401


def test_paging_goes_by_the_header_and_skips_nothing_while_the_list_changes(severa: httpx.Client) -> None:
    query = {"invoiceStatusGuids": guid("nordic", "status", BEFORE), "rowCount": "2"}
    seen, token = [], ""
    while True:
        page = severa.get("/v1/invoices", params={**query, **({"pageToken": token} if token else {})})
        seen += [one["number"] for one in page.json()]
        move = [{"op": "Replace", "path": "/status/guid", "value": guid("nordic", "status", AFTER)}]
        severa.patch(f"/v1/invoices/{page.json()[0]['guid']}", json=move)
        token = page.headers.get("NextPageToken", "")
        if not token:
            break
    assert seen == [1, 2, 3, 4, 5]


def test_an_undeclared_parameter_or_field_fails_and_is_a_violation(severa: httpx.Client, sandbox: SandboxApis) -> None:
    assert severa.get("/v1/invoices", params={"statusGuids": "x"}).status_code == 400
    bad = [{"op": "Replace", "path": "/status/guid", "value": "x", "extra": 1}]
    assert severa.patch(f"/v1/invoices/{guid('acme-fi', 'invoice', 1)}", json=bad).status_code == 400
    assert len([one for one in sandbox.journal() if one.get("violation")]) == 2


def test_a_scope_that_was_not_asked_for_is_missing_later(sandbox: SandboxApis) -> None:
    with httpx.Client(base_url=sandbox.severa_url) as client:
        login = {"client_id": "nordic-client", "client_secret": "nordic-secret", "scope": "invoices:read"}
        token = client.post("/v1/token", json=login).json()["access_token"]
        client.headers.update({"Authorization": f"Bearer {token}", "Client_Id": "nordic-client"})
        assert client.get("/v1/invoices").status_code == 200
        assert client.get("/v1/customers").status_code == 403


def test_a_patch_moves_the_status_and_stands_in_the_journal(severa: httpx.Client, sandbox: SandboxApis) -> None:
    own = guid("acme-fi", "invoice", 1)
    move = [{"op": "Replace", "path": "/status/guid", "value": guid("nordic", "status", AFTER)}]
    assert severa.patch(f"/v1/invoices/{own}", json=move).json()[0]["status"]["name"] == AFTER
    entry = sandbox.journal(effect="status")[0]
    assert (entry["object_id"], entry["company"], entry["object"]["status"]) == (own, "nordic", AFTER)


def test_changed_since_shows_what_was_changed(severa: httpx.Client, sandbox: SandboxApis) -> None:
    card = severa.get("/v1/customers").json()[0]
    sandbox.change({"severa": {"nordic": {"/v1/customers": [{"guid": card["guid"], "name": "New name"}]}}})
    since = severa.get("/v1/customers", params={"changedSince": "2020-01-01T00:00:00Z"}).json()
    recent = severa.get("/v1/customers", params={"changedSince": "2026-11-01T00:00:00Z"}).json()
    assert "New name" in [one["name"] for one in since]
    assert severa.get(f"/v1/customers/{card['guid']}").json()["name"] == "New name"
    assert [one["name"] for one in recent] == ["New name"]


def test_Q4_the_limit_is_per_credential(sandbox: SandboxApis, severa: httpx.Client) -> None:
    sandbox.apis.limits["severa_per_second"] = 3
    answers = [severa.get("/v1/businessunits") for _ in range(6)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert "maximum admitted 3 per 1s" in refused[0].json()["error"]["details"][0]["message"] or refused[0].text


@pytest.mark.parametrize("path", ["/v1/nothing", "/v2/invoices"])
def test_there_is_no_operation_beyond_the_facts(severa: httpx.Client, path: str) -> None:
    assert severa.get(path).status_code == 404
