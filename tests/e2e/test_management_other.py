"""The rest of the management API: the catalog, pages, probes; and that all of the document was looked at."""
import httpx
import jsonschema
import pytest
import yaml

from harness import contract, paths, wire


def test_the_catalog_offers_what_the_document_holds(latchkey):
    document = yaml.safe_load(paths.CATALOG.read_text())
    described = {operation["operationId"] for item in document["paths"].values() for method, operation in item.items() if method in ("get", "post")}
    catalog = latchkey.operator.get("/v1/catalog").json()
    offered = {operation["id"]: operation for group in catalog["groups"] for operation in group["operations"]}
    assert offered.keys() == described and catalog["operation_count"] == len(described)
    types = {each["id"]: each for each in catalog["access_types"]}
    assert list(types) == ["admin", "integrations", "transactional"]
    assert types["admin"]["operation_count"] == types["transactional"]["operation_count"] == len(described)
    assert types["integrations"]["operation_count"] == 22
    assert sorted(id for id, operation in offered.items() if "integrations" in operation["access_types"]) == sorted(
        document["x-latchkey"]["access_types"][1]["operations"])
    assert {"id": 504, "name": "Email"} in catalog["channels"]
    assert {"Alias", "Country", "Email"} <= {attribute["name"] for attribute in catalog["attributes"]}


def test_the_catalog_tells_where_the_gateway_is(latchkey):
    """The console builds the examples from it that people paste; with port 0 the address is known once it is taken."""
    assert latchkey.operator.get("/v1/catalog").json()["gateway_url"] == latchkey.gateway_url


def test_the_document_is_served_as_it_is_in_the_repository(latchkey):
    answer = httpx.get(f"{latchkey.console_url}/openapi.yaml", trust_env=False)
    assert answer.status_code == 200 and answer.content == (paths.REPO / "api" / "openapi.yaml").read_bytes()


def test_pages_may_run_nothing_but_their_own_code(latchkey):
    for path in ("/", "/settings/general/api-keys", "/docs"):
        page = httpx.get(f"{latchkey.console_url}{path}", trust_env=False)
        assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src 'self'" in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff" and page.headers["Referrer-Policy"] == "no-referrer"


def test_probes_need_no_credential(latchkey):
    for url in (latchkey.console_url, latchkey.check_url):
        with latchkey.client(base_url=url) as client:
            assert client.get("/healthz").json()["status"] == "ok"
            assert client.get("/readyz").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v1/tenants/", "/v1//tenants", "/authz", "/assets/nothing.js", "/../data/pepper"])
def test_what_is_not_there_is_a_404_problem(latchkey, path):
    answer = wire.send(latchkey.console_url, "GET", path, {"Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status in (400, 404) and answer.code


def test_a_method_that_a_path_does_not_take_is_a_405_with_those_it_takes(latchkey):
    answer = wire.send(latchkey.console_url, "DELETE", "/v1/tenants", {"Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status == 405 and {"GET", "POST"} <= {method.strip() for method in answer.get("Allow").split(",")}


def test_a_name_that_leads_here_by_rebinding_is_not_answered(latchkey):
    """A page of evil.example whose name points to 127.0.0.1 must not reach the console."""
    answer = wire.send(latchkey.console_url, "GET", "/v1/tenants", {"Host": "evil.example", "Authorization": f"Bearer {latchkey.operator_key}"})
    assert answer.status == 421


# Statuses that no request of a test can bring about.
NOT_PROVOKED = {
    ("GET", "/readyz", "503"),  # a moment at start and stop
    ("DELETE", "/v1/nodes/{node}", "204"),  # of one among several (tests/cluster)
}


@pytest.mark.last
def test_every_status_that_the_document_promises_was_seen():
    promised = {(method, template, status) for method, template, operation in contract.operations() for status in operation["responses"]}
    missing = promised - contract.SEEN - NOT_PROVOKED
    assert not missing, "\n".join(" ".join(each) for each in sorted(missing))


def test_the_document_is_valid():
    """Every schema is one, and every reference leads somewhere."""
    for schema in contract.DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        list(jsonschema.Draft202012Validator(contract._with_absolute_refs(schema), registry=contract._REGISTRY).iter_errors({}))
    ids = [operation["operationId"] for _, _, operation in contract.operations()]
    assert len(ids) == len(set(ids))
