"""The sandbox's Severa, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_world import AFTER, BEFORE, guid


def test_both_headers_are_needed(severa: httpx.Client) -> None:
    assert severa.get("/v1/invoices").status_code == 200
    assert severa.get("/v1.0/invoices").status_code == 200
    assert severa.get("/v1/invoices", headers={"Client_Id": "other"}).status_code == 401
    assert severa.get("/v1/invoices", headers={"Authorization": "Bearer x"}).json()["error"]["httpStatusCode"] == 401


def test_paging_by_header_skips_nothing_in_a_moving_list(severa: httpx.Client) -> None:
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


@pytest.mark.sends_wrong_requests
def test_undeclared_parameter_is_a_violation(severa: httpx.Client, sandbox: SandboxApis) -> None:
    """An undeclared field is one, too."""
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
    changed = severa.get(f"/v1/customers/{card['guid']}").json()["lastUpdatedDateTime"]

    def since(text: str) -> list[str]:
        return [x["name"] for x in severa.get("/v1/customers", params={"changedSince": text}).json()]

    assert len(since("2020-01-01T00:00:00Z")) > 1
    assert since(changed) == ["New name"]  # at that moment or later
    at = datetime.fromisoformat(changed)
    east = timezone(timedelta(hours=5))
    assert since(at.astimezone(east).isoformat()) == ["New name"]  # whatever zone it is said in
    assert since((at + timedelta(milliseconds=1)).isoformat()) == []


def test_Q4_the_limit_is_per_credential(sandbox: SandboxApis, severa: httpx.Client) -> None:
    sandbox.apis.limits["severa_per_second"] = 3
    answers = [severa.get("/v1/businessunits") for _ in range(6)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused[0].text == "API calls quota exceeded! maximum admitted 3 per 1s."
    assert refused[0].headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v2/invoices"])
@pytest.mark.sends_wrong_requests
def test_there_is_no_operation_beyond_the_facts(severa: httpx.Client, path: str) -> None:
    assert severa.get(path).status_code == 404


@pytest.mark.parametrize("separator", [" ", ","])
def test_scopes_are_asked_for_with_blanks_or_commas(sandbox: SandboxApis, separator: str) -> None:
    scope = separator.join(["invoices:read", "customers:read"])
    login = {"client_Id": "nordic-client", "client_Secret": "nordic-secret", "scope": scope, "grant_type": "ignored"}
    answer = httpx.post(sandbox.severa_url + "/v1/token", json=login).json()
    assert answer["scope"] == "customers:read invoices:read"
    assert answer["access_token_expires_utc"] > datetime.now(UTC).isoformat()


def test_a_scope_that_was_not_granted_is_refused(sandbox: SandboxApis) -> None:
    login = {"client_id": "nordic-client", "client_secret": "nordic-secret", "scope": "everything:write"}
    assert httpx.post(sandbox.severa_url + "/v1/token", json=login).status_code == 401


def test_a_refresh_token_gives_another_login_once(severa: httpx.Client) -> None:
    login = {"client_id": "nordic-client", "client_secret": "nordic-secret", "scope": "invoices:read"}
    first = severa.post("/v1/token", json=login).json()
    second = severa.post("/v1/refreshtoken", json=first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"] and second["scope"] == "invoices:read"
    with_it = {"Authorization": f"Bearer {second['access_token']}"}
    assert severa.get("/v1/invoices", headers=with_it).status_code == 200
    assert severa.post("/v1/refreshtoken", json=first["refresh_token"]).status_code == 401


def test_a_token_ends(sandbox: SandboxApis, severa: httpx.Client) -> None:
    sandbox.apis.logins.seconds = -1
    login = {"client_id": "nordic-client", "client_secret": "nordic-secret"}
    token = severa.post("/v1/token", json=login).json()["access_token"]
    assert severa.get("/v1/invoices", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("/v1/invoices", {"numbers": ["1", "4", "99"]}, 2),
        ("/v1/invoices", {"customerGuids": [guid("acme-fi", "customer", 101)]}, 1),
        ("/v1/invoices", {"projectGuids": [guid("acme-fi", "project", 1)]}, 5),
        ("/v1/invoices", {"projectBusinessUnitGuids": ["u"]}, 5),
        ("/v1/invoices", {"projectBusinessUnitGuids": ["other"]}, 0),
        (f"/v1/invoices/{guid('acme-fi', 'invoice', 1)}/invoicerows", {"rowType": "Hours"}, 2),
        (f"/v1/invoices/{guid('acme-fi', 'invoice', 1)}/invoicerows", {"rowType": "TravelExpenses"}, 0),
        ("/v1/customers", {"numbers": ["1100"]}, 1),
        ("/v1/customers", {"isActive": "false"}, 0),
        ("/v1/businessunits", {"name": "Group"}, 1),
        ("/v1/businessunits", {"active": "true", "firstRow": "1"}, 2),
        ("/v1/invoicestatuses", {"rowCount": "3"}, 3),
    ],
)
def test_lists_are_filtered(
    sandbox: SandboxApis, severa: httpx.Client, path: str, query: dict[str, str | list[str]], count: int
) -> None:
    project = {"guid": guid("acme-fi", "project", 1), "name": "Renewal", "businessUnit": {"guid": "u"}}
    sandbox.change({"severa": {"nordic": {"/v1/projects": [project]}}})
    assert len(severa.get(path, params=query).json()) == count


def test_unknown_filter_is_refused(severa: httpx.Client) -> None:
    answer = severa.get("/v1/invoices", params={"salesPersonGuids": "x"})
    assert (answer.status_code, "doesn't serve" in answer.text) == (400, True)


@pytest.mark.parametrize("query", [{"rowCount": "0"}, {"pageToken": "unknown"}, {"changedSince": "yesterday"}])
@pytest.mark.sends_wrong_requests
def test_a_wrong_value_is_refused(severa: httpx.Client, query: dict[str, str]) -> None:
    assert severa.get("/v1/invoices", params=query).status_code == 400


def test_a_page_has_at_most_a_hundred(severa: httpx.Client, sandbox: SandboxApis) -> None:
    many = [{"guid": f"p{n}", "name": f"Product {n}"} for n in range(150)]
    sandbox.change({"severa": {"nordic": {"/v1/products": many}}})
    page = severa.get("/v1/products", params={"rowCount": "1000"})
    assert (len(page.json()), len(severa.get("/v1/products").json())) == (100, 20)
    rest = severa.get("/v1/products", params={"pageToken": page.headers["NextPageToken"], "rowCount": "100"})
    assert (len(rest.json()), "NextPageToken" in rest.headers) == (50, False)


def test_a_patch_is_all_or_nothing(severa: httpx.Client, sandbox: SandboxApis) -> None:
    own = guid("acme-fi", "invoice", 1)
    before = severa.get(f"/v1/invoices/{own}").json()
    move = {"op": "Replace", "path": "/status/guid", "value": guid("nordic", "status", AFTER)}
    for second in ({"op": "Remove", "path": "/number"}, {**move, "value": "x"}, {**move, "path": "/nothing"}):
        assert severa.patch(f"/v1/invoices/{own}", json=[move, second]).status_code == 400
    assert severa.get(f"/v1/invoices/{own}").json() == before
    assert sandbox.journal(operation="invoicesPatchInvoice", effect="status") == []


def test_what_is_not_there_is_a_404_without_a_body(severa: httpx.Client) -> None:
    for path in ("/v1/invoices/x", "/v1/invoices/x/invoicerows", "/v1/customers/x", "/v1/projects/x"):
        answer = severa.get(path)
        assert (answer.status_code, answer.content) == (404, b"")
