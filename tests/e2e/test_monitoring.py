"""What Latchkey tells those who watch it: /metrics, read by a real Prometheus that judges the shipped alerts."""
import json
import re
import uuid

import pytest
import yaml

from harness import contract, paths
from harness.exposition import families, metric_names, samples
from harness.keyring import checksum
from harness.latchkey import PLAIN, Latchkey
from harness.prometheus import FOLDER, Prometheus, promtool
from harness.wait import eventually
from harness.wire import send

RULES = FOLDER / "latchkey.rules.yml"
DASHBOARD = json.loads((paths.REPO / "packaging" / "grafana" / "latchkey.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
OTHER = "/current/actions/GetAllActions"


@pytest.fixture(scope="module")
def latchkey(upstream, tmp_path_factory):
    with Latchkey(upstream.url, tmp_path_factory.mktemp("watched"), name="latchkey-watched") as instance:
        yield instance


@pytest.fixture(scope="module")
def without_disk(upstream, tmp_path_factory):
    """Its access log is on a disk that is full."""
    with Latchkey(upstream.url, tmp_path_factory.mktemp("full"), name="latchkey-full", flags=["--access-log", "/dev/full"]) as instance:
        yield instance


@pytest.fixture(scope="module")
def prometheus(latchkey, without_disk, tmp_path_factory):
    instance = Prometheus(tmp_path_factory.mktemp("prometheus"), [latchkey.check_url, without_disk.check_url])
    yield instance
    instance.stop()


def scrape(latchkey):
    answer = send(latchkey.check_url, "GET", "/metrics")
    assert answer.status == 200
    return answer.body.decode()


def unknown_key():
    text = "lk_live_" + uuid.uuid4().hex
    return {"X-API-KEY": text + checksum(text)}


def drive(latchkey, upstream):
    """Known traffic. Returns what it adds to each series."""
    admin, limited = latchkey.create_key("admin"), latchkey.create_key("integrations")
    for _ in range(7):
        assert latchkey.call(admin).status == 200
    for _ in range(3):
        assert latchkey.send("GET", PLAIN, unknown_key()).verdict == (401, "unknown_key")
    for _ in range(2):
        assert latchkey.send("GET", PLAIN).verdict == (401, "missing_key")
    assert latchkey.call(limited, OTHER).verdict == (403, "operation_not_permitted")
    assert latchkey.call(admin, headers=upstream.script(lambda w: w.answer(404, b"{}"))).status == 404
    assert latchkey.call(admin, headers=upstream.script(lambda w: w.hang_up())).verdict == (502, "upstream_unreachable")
    for _ in range(4):
        assert latchkey.authz("GET", PLAIN, admin.headers).status == 200
    # What is counted is what the caller gets, however the gateway in between wants to be told.
    assert latchkey.authz("GET", PLAIN, unknown_key(), query="?deny_as=403").status == 403
    for _ in range(2):
        assert latchkey.verify(key=admin.secret, method="GET", url=PLAIN).json()["allowed"]
    assert not latchkey.verify(key=limited.secret, method="GET", url=OTHER).json()["allowed"]
    requests = {
        ("gateway", "allowed"): 8, ("gateway", "unknown_key"): 3, ("gateway", "missing_key"): 2, ("gateway", "operation_not_permitted"): 1,
        ("gateway", "upstream_unreachable"): 1, ("forward_auth", "allowed"): 4, ("forward_auth", "unknown_key"): 1, ("verify", "allowed"): 2,
        ("verify", "operation_not_permitted"): 1,
    }
    responses = {
        ("gateway", "2xx"): 7, ("gateway", "4xx"): 7, ("gateway", "5xx"): 1, ("forward_auth", "2xx"): 4, ("forward_auth", "4xx"): 1,
        ("verify", "2xx"): 2, ("verify", "4xx"): 1,
    }
    # Requests without a known key never get as far as to an operation.
    operations = {
        ("GetLastDataUpdate", "allowed"): 14, ("GetLastDataUpdate", "refused"): 1, ("GetAllActions", "refused"): 2, ("", "refused"): 6,
    }
    return {
        **{f'latchkey_requests_total{{guard="{guard}",outcome="{outcome}"}}': count for (guard, outcome), count in requests.items()},
        **{f'latchkey_responses_total{{guard="{guard}",status_class="{each}"}}': count for (guard, each), count in responses.items()},
        **{f'latchkey_operation_requests_total{{operation="{each}",outcome="{how}"}}': count for (each, how), count in operations.items()},
        'latchkey_request_duration_seconds_count{guard="gateway"}': 15,
        'latchkey_request_duration_seconds_count{guard="forward_auth"}': 5,
        'latchkey_request_duration_seconds_count{guard="verify"}': 3,
        'latchkey_unidentified_requests_total{guard="gateway"}': 5,
        'latchkey_unidentified_requests_total{guard="forward_auth"}': 1,
        "latchkey_upstream_errors_total": 1,
    }


COUNTED = ("latchkey_requests_total", "latchkey_responses_total", "latchkey_operation_requests_total", "latchkey_upstream_errors_total",
           "latchkey_unidentified", "latchkey_request_duration_seconds_count")


def test_the_counts_are_those_of_the_traffic_and_prometheus_has_them(latchkey, upstream, prometheus):
    before = samples(scrape(latchkey))
    added = drive(latchkey, upstream)
    expected = {series: before[series] + added.get(series, 0) for series in before if series.startswith(COUNTED)}
    assert set(added) <= set(expected)
    # A request is counted when it is over, a moment after its answer has arrived.
    counted = {}

    def is_as_expected():
        counted.update(samples(scrape(latchkey)))
        return all(counted[series] == count for series, count in expected.items())

    try:
        eventually(is_as_expected, "the counts", seconds=10)
    except AssertionError:
        assert {series: counted[series] for series in expected if counted[series] != expected[series]} == {}
        raise
    here = f'instance="{prometheus.targets[0]}"'
    for series, count in expected.items():
        name, _, labels = series.rstrip("}").partition("{")
        selector = f"{name}{{{','.join(filter(None, [here, labels]))}}}"
        eventually(lambda selector=selector, count=count: prometheus.value(selector) == count, f"{selector} to be {count}")


def test_prometheus_finds_nothing_to_say_about_the_format(latchkey):
    with latchkey.client(base_url=latchkey.check_url) as client:
        answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    checked = promtool("check", "metrics", stdin=answer.text)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_metrics_are_there_for_head_and_for_no_other_method(latchkey):
    head = send(latchkey.check_url, "HEAD", "/metrics")
    assert head.status == 200 and head.body == b"" and int(head.get("Content-Length")) > 1000
    refused = send(latchkey.check_url, "POST", "/metrics", body=b"")
    assert refused.verdict == (405, "method_not_allowed") and refused.get("Allow") == "GET, HEAD"
    assert send(latchkey.gateway_url, "GET", "/metrics").status == 401


def test_series_do_not_grow_with_keys_and_callers(latchkey):
    before = set(samples(scrape(latchkey)))
    for number in range(200):
        key = latchkey.create_key("admin")
        assert latchkey.call(key, f"{PLAIN}?n={number}", headers={"User-Agent": f"agent {number}"}, source=f"127.0.1.{number}").status == 200
        assert latchkey.send("GET", f"/nowhere/{number}", key.headers).status == 403
    text = scrape(latchkey)
    assert set(samples(text)) == before
    assert samples(text)["latchkey_keys"] >= 200


def test_no_secret_is_in_the_metrics(latchkey):
    key = latchkey.create_key("admin")
    latchkey.call(key)
    latchkey.send("GET", f"/{key.secret}", key.headers | {"User-Agent": key.secret, "X-Request-Id": key.secret})
    text = scrape(latchkey)
    assert key.secret[8:] not in text and key.id not in text and key.tenant_id not in text and "127.0.0.1" not in text


def test_the_shipped_rules_and_configuration_are_valid():
    for checked in (promtool("check", "rules", RULES), promtool("check", "config", FOLDER / "prometheus.yml")):
        assert checked.returncode == 0, checked.stdout + checked.stderr


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def test_each_alert_fires_when_it_should():
    cases = paths.REPO / "tests" / "e2e" / "alerts.test.yml"
    tested = {test["name"].split(",")[0] for test in yaml.safe_load(cases.read_text())["tests"]}
    assert {rule["alert"] for rule in rules() if "alert" in rule} <= tested
    checked = promtool("test", "rules", cases)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_is_explained():
    page = (paths.REPO / "docs" / "observability.md").read_text()
    for rule in rules():
        if "alert" in rule:
            assert f"`{rule['alert']}`" in page
            assert rule["labels"]["severity"] in ("warning", "critical") and len(rule["annotations"]["description"]) > 80


def test_prometheus_evaluates_the_shipped_rules_and_one_fires(prometheus, without_disk):
    here = f'{{instance="{prometheus.targets[1]}"}}'
    eventually(lambda: prometheus.value(f"latchkey_access_log_dropped_total{here}") == 0, "the first scrape")
    key = without_disk.create_key("admin")
    for _ in range(5):
        assert without_disk.call(key).status == 200, "a log that can't be written keeps nobody from being served"

    def firing():
        return [alert for alert in prometheus.get("alerts")["alerts"] if alert["state"] == "firing"]

    found = eventually(firing, "an alert to fire")
    assert [(alert["labels"]["alertname"], alert["labels"]["instance"]) for alert in found] == [("LatchkeyAccessLogDropped", prometheus.targets[1])]
    assert prometheus.targets[1] in found[0]["annotations"]["summary"]

    shipped = rules()
    evaluated = eventually(lambda: (now := prometheus.rules()) and all(rule["health"] != "unknown" for rule in now) and now, "every rule")
    assert len(evaluated) == len(shipped)
    assert {rule["name"]: rule.get("lastError", "") for rule in evaluated} == {rule.get("record") or rule["alert"]: "" for rule in shipped}
    assert all(rule["health"] == "ok" for rule in evaluated)


def described():
    """Of a server that is alone; those of several come behind."""
    text, _, _ = (paths.REPO / "docs" / "observability.md").read_text().partition("Where several servers share a database")
    return set(re.findall(r"^\| `((?:latchkey|process)_\w+)", text, re.MULTILINE))


def test_the_families_are_those_that_the_documentation_describes(latchkey):
    assert set(families(scrape(latchkey))) == described()


def test_every_metric_that_rules_and_dashboard_name_is_there(latchkey):
    there = families(scrape(latchkey))
    known = set(there) | {name + end for name, kind in there.items() if kind == "histogram" for end in ("_bucket", "_sum", "_count")}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    for rule in rules():
        assert metric_names(rule["expr"]) <= known | recorded, rule["expr"]
    asked = set()
    for panel in PANELS:
        for target in panel["targets"]:
            assert metric_names(target["expr"]) <= known | recorded, target["expr"]
            asked |= metric_names(target["expr"])
    assert recorded <= asked, "recorded for nobody"


def test_each_panel_explains_itself():
    assert DASHBOARD["uid"] == "latchkey" and [variable["name"] for variable in DASHBOARD["templating"]["list"]] == ["datasource", "job"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}, panel["title"]
        assert panel["description"].endswith(".") and panel["fieldConfig"]["defaults"]["unit"], panel["title"]
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells


def test_every_query_of_the_dashboard_has_an_answer(latchkey, upstream, prometheus):
    drive(latchkey, upstream)
    queries = [target["expr"] for panel in PANELS for target in panel["targets"]]
    queries += [each["expr"] for each in DASHBOARD["annotations"]["list"]]
    unanswered = set(queries)

    def all_answered():
        for query in sorted(unanswered):
            if prometheus.query(query.replace("$__rate_interval", "1m").replace("$job", ".*")):
                unanswered.discard(query)
        # Whether an alert fires, or a server has just started, depends on when is asked.
        return not {query for query in unanswered if "ALERTS" not in query and "process_start_time" not in query}

    eventually(all_answered, f"answers to {unanswered}")


def test_metrics_are_part_of_the_contract():
    assert contract.find("GET", "/metrics")
