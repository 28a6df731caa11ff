"""What keys did, as the usage endpoints tell it: exactly what was sent through the guards."""
import csv
import io
import random
import time
from collections import Counter

import pytest

from harness import paths
from harness.latchkey import PLAIN, Latchkey
from harness.times import in_seconds
from harness.wait import eventually

CHANNELS = "/current/actions/GetExecutedCampaignsByChannel"
OPERATIONS = {
    PLAIN: "GetLastDataUpdate",
    f"{CHANNELS}?ChannelID=504": "GetExecutedCampaignsByChannel",
    "/current/integrations/GetPromotions": "GetPromotions",
}


@pytest.fixture(scope="module")
def latchkey(sample_api, tmp_path_factory):
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("usage"), name="latchkey-usage", catalog=paths.CATALOG) as instance:
        yield instance


def usage(latchkey, of=None, **query):
    path = f"{latchkey.keys_path(of)}/usage" if of else f"{latchkey.tenant_path()}/usage"
    answer = latchkey.operator.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def totals(report):
    return {series["key"]: series["total"] for series in report["series"]}


def test_twenty_keys_with_known_traffic_are_counted_exactly(latchkey):
    rng = random.Random(20)
    before = usage(latchkey)["total"]
    expected = {}
    for number in range(20):
        restricted = number % 3 == 0
        key = latchkey.create_key("integrations" if restricted else "admin", **({"channels": [504]} if restricted else {}))
        mine = expected[key.id] = Counter()
        for _ in range(rng.randint(5, 30)):
            target = rng.choice([*OPERATIONS, f"{CHANNELS}?ChannelID=505", "/nowhere"])
            guard = rng.choice(["gateway", "authz", "verify"])
            if guard == "gateway":
                answer = latchkey.call(key, target)
                outcome = "allowed" if answer.status == 200 else answer.json()["code"]
            elif guard == "authz":
                answer = latchkey.authz("GET", target, key.headers)
                outcome = "allowed" if answer.status == 200 else answer.json()["code"]
            else:
                outcome = latchkey.verify(key=key.secret, method="GET", url=target).json()["code"]
            operation = OPERATIONS.get(target) or ("GetExecutedCampaignsByChannel" if "505" in target else "")
            mine[operation, outcome] += 1

    sent = sum(sum(counts.values()) for counts in expected.values())
    eventually(lambda: usage(latchkey)["total"] == before + sent, "every request to be counted")
    by_key = totals(usage(latchkey, group_by="key", granularity="minute"))
    for key_id, counts in expected.items():
        assert by_key[key_id] == sum(counts.values())
    for key_id, counts in expected.items():
        path = f"{latchkey.keys_path()}/{key_id}/usage"
        by_operation = totals(latchkey.operator.get(path, params={"group_by": "operation"}).json())
        by_outcome = latchkey.operator.get(path, params={"group_by": "outcome"}).json()
        wanted_operations, wanted_outcomes = Counter(), Counter()
        for (operation, outcome), count in counts.items():
            wanted_operations[operation] += count
            wanted_outcomes[outcome] += count
        assert by_operation == dict(wanted_operations)
        assert totals(by_outcome) == dict(wanted_outcomes)
        assert by_outcome["allowed"] == wanted_outcomes["allowed"]
        assert by_outcome["refused"] == sum(counts.values()) - wanted_outcomes["allowed"]
    keys = list(expected)[:2]
    two = usage(latchkey, key=keys, group_by="key", granularity="day", **{"from": in_seconds(-7 * 86_400)})
    assert totals(two) == {key: sum(expected[key].values()) for key in keys}


def test_csv_holds_the_same_numbers(latchkey):
    key = latchkey.create_key("admin")
    for _ in range(3):
        latchkey.call(key, PLAIN)
    latchkey.call(key, "/nowhere")
    eventually(lambda: usage(latchkey, key)["total"] == 4, "the requests to be counted")
    path = f"{latchkey.keys_path(key)}/usage"
    for asked in ({"params": {"format": "csv", "group_by": "outcome"}}, {"params": {"group_by": "outcome"}, "headers": {"Accept": "text/csv"}}):
        answer = latchkey.operator.get(path, **asked)
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        sums = Counter()
        for row in rows:
            sums[row["outcome"]] += int(row["requests"])
        assert sums == {"allowed": 3, "unknown_operation": 1}


def test_the_gateway_tells_status_and_latency_and_the_others_do_not(latchkey):
    key = latchkey.create_key("admin")
    for _ in range(5):
        latchkey.call(key, PLAIN)
    latchkey.authz("GET", PLAIN, key.headers)
    eventually(lambda: usage(latchkey, key)["total"] == 6, "the requests to be counted")
    report = usage(latchkey, key, group_by="status_class")
    assert totals(report) == {"2xx": 5, "none": 1}
    latency = report["latency_ms"]
    assert latency["count"] == 5 and 0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["max"]
    assert [series["latency_ms"] is None for series in report["series"]] == [False, True]


def test_the_last_use_is_told_of_the_key_and_of_its_secret(latchkey):
    key = latchkey.create_key("admin")
    fresh = latchkey.operator.get(latchkey.keys_path(key)).json()
    assert fresh["last_used"] is None and [secret["last_used"] for secret in fresh["secrets"]] == [None]
    latchkey.call(key, "/current/integrations/GetPromotions", headers={"User-Agent": "acme-crm/3.1"}, source="127.0.0.7")
    latchkey.call(key, "/nowhere", headers={"User-Agent": "nobody/1.0"}, source="127.0.0.8")  # refused: no use

    def read():
        return latchkey.operator.get(latchkey.keys_path(key)).json()

    eventually(lambda: read()["last_used"] is not None, "the use to be stored")
    shown = read()
    assert {name: shown["last_used"][name] for name in ("address", "user_agent", "operation")} == {
        "address": "127.0.0.7", "user_agent": "acme-crm/3.1", "operation": "GetPromotions",
    }
    assert shown["secrets"][0]["last_used"] == shown["last_used"]
    listed = latchkey.operator.get(latchkey.keys_path(), params={"q": key.id}).json()["data"][0]
    assert listed["last_used"] == shown["last_used"]


def test_addresses_and_refusals_can_be_looked_at(latchkey):
    key = latchkey.create_key("integrations", channels=[504])
    for source, times in (("127.0.0.2", 3), ("127.0.0.3", 1)):
        for _ in range(times):
            latchkey.call(key, f"{CHANNELS}?ChannelID=504", source=source)
    refused = latchkey.call(key, f"{CHANNELS}?ChannelID=505", headers={"User-Agent": "curious"}, source="127.0.0.4")
    eventually(lambda: usage(latchkey, key)["total"] == 5, "the requests to be counted")

    addresses = latchkey.operator.get(f"{latchkey.keys_path(key)}/addresses", params={"days": 2}).json()
    assert {one["address"]: one["requests"] for one in addresses["data"]} == {"127.0.0.2": 3, "127.0.0.3": 1}
    assert [day["addresses"] for day in addresses["per_day"]][-1] == 2 and len(addresses["per_day"]) == 2
    for path in (latchkey.keys_path(key), latchkey.tenant_path()):
        newest = latchkey.operator.get(f"{path}/refusals", params={"code": "channel_not_permitted", "limit": 1}).json()["data"][0]
        assert (newest["key_id"], newest["code"], newest["operation"]) == (key.id, "channel_not_permitted", "GetExecutedCampaignsByChannel")
        assert (newest["address"], newest["user_agent"]) == ("127.0.0.4", "curious")
        assert newest["request_id"] == refused.get("X-Request-Id") and "505" in newest["detail"]


@pytest.mark.parametrize(
    "query, says",
    [
        ({"granularity": "week"}, "granularity"),
        ({"from": "yesterday"}, "from"),
        ({"from": in_seconds(7 * 86_400)}, "before"),
        ({"granularity": "minute", "from": in_seconds(-80 * 3600), "to": in_seconds(-75 * 3600)}, "48 hours"),
        ({"granularity": "hour", "from": in_seconds(-100 * 86_400), "to": in_seconds(-99 * 86_400)}, "90 days"),
        ({"group_by": "moon"}, "group_by"),
        ({"key": "key_1"}, "key"),
        ({"format": "xml"}, "format"),
        ({"nonsense": "1"}, "nonsense"),
    ],
)
def test_a_query_that_makes_no_sense_is_explained(latchkey, query, says):
    answer = latchkey.operator.get(f"{latchkey.tenant_path()}/usage", params=query)
    assert answer.status_code == 400 and says in answer.json()["detail"]


def test_so_is_one_about_a_key(latchkey):
    key = latchkey.create_key("admin")
    for path, query, says in (
        (f"{latchkey.keys_path(key)}/usage", {"group_by": "key"}, "group_by"),
        (f"{latchkey.keys_path(key)}/addresses", {"days": 91}, "days"),
        (f"{latchkey.keys_path(key)}/refusals", {"limit": 0}, "limit"),
        (f"{latchkey.tenant_path()}/refusals", {"limit": 201}, "limit"),
    ):
        answer = latchkey.operator.get(path, params=query)
        assert answer.status_code == 400 and says in answer.json()["detail"]


def test_another_tenant_counts_nothing_of_it(latchkey):
    key = latchkey.create_key("admin")
    latchkey.call(key, PLAIN)
    other = latchkey.create_tenant()
    report = latchkey.operator.get(f"{latchkey.tenant_path(other['id'])}/usage", params={"key": key.id}).json()
    assert report["total"] == 0
    path = f"{latchkey.keys_path(key, tenant_id=other['id'])}"
    for what in ("usage", "addresses", "refusals"):
        assert latchkey.operator.get(f"{path}/{what}").status_code == 404


def test_a_clean_stop_loses_nothing_and_a_killed_process_at_most_a_second(sample_api, tmp_path_factory):
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("usage-stop"), name="latchkey-usage-stop") as latchkey:
        key = latchkey.create_key("admin")
        for _ in range(20):
            latchkey.call(key, PLAIN)
        latchkey.stop()
        latchkey.start()
        assert usage(latchkey, key)["total"] == 20

        # Every answer is noted with its time; what was answered more than a second (and a moment to write it) before the
        # kill must be there.
        answered = []
        until = time.monotonic() + 4
        while time.monotonic() < until:
            latchkey.call(key, PLAIN)
            answered.append(time.monotonic())
        killed = time.monotonic()
        latchkey.kill()
        latchkey.start()
        counted = usage(latchkey, key)["total"] - 20
        assert counted >= sum(1 for at in answered if at < killed - 2)
        assert counted <= len(answered)
