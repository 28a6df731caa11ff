"""Limits counted in Redis, as a caller of one node meets them: as in memory, and without Redis by the node's share."""
import pytest

from harness.exposition import samples
from harness.latchkey import PLAIN, Latchkey
from harness.redis import Redis
from harness.wait import eventually

LIMITS = {"rate_limits": [{"name": "minute", "requests": 20, "window_seconds": 60}], "quotas": [{"name": "daily", "period": "day", "requests": 30}]}


@pytest.fixture(scope="module", params=["exact", "eventual"])
def how(request):
    return request.param


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with Redis(tmp_path_factory.mktemp("redis")) as instance:
        yield instance


@pytest.fixture(scope="module")
def latchkey(sample_api, how, redis, tmp_path_factory):
    flags = ["--limits", how, "--redis", redis.url]
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("shared-limits"), name=f"latchkey-{how}", flags=flags) as instance:
        await_counted(instance, how)
        yield instance


def limits_of(latchkey, key):
    return latchkey.operator.get(latchkey.keys_path(key) + "/limits").json()


def await_counted(latchkey, how):
    path = latchkey.tenant_path() + "/limits"
    eventually(lambda: latchkey.operator.get(path).json()["counted"] == how, f"limits to be counted {how}")


def metrics(latchkey):
    return samples(latchkey.client(base_url=latchkey.check_url).get("/metrics").text)


def test_all_guards_count_in_the_same_window(latchkey):
    key = latchkey.create_key(limits=LIMITS)
    asked = {"key": key.secret, "method": "GET", "url": PLAIN}
    for number in range(6):
        answer = latchkey.call(key, PLAIN)
        assert answer.status == 200
        assert f'"minute";r={20 - 3 * number - 1};' in answer.get("RateLimit")
        assert latchkey.authz("GET", PLAIN, key.headers).status == 200
        assert latchkey.verify(**asked).json()["allowed"]
    assert latchkey.verify(**asked, cost=2).json()["allowed"]
    refused = latchkey.call(key, PLAIN)
    assert refused.verdict == (429, "rate_limited")
    assert 50 <= int(refused.get("Retry-After")) <= 60
    assert refused.json()["violated-policies"] == ["minute"]
    assert latchkey.authz("GET", PLAIN, key.headers).verdict == (429, "rate_limited")
    assert latchkey.verify(**asked, cost=21).json()["allowed"] is False
    standing = limits_of(latchkey, key)
    assert [limit["used"] for limit in standing["rate_limits"] if limit["name"] == "minute"] == [20]
    assert standing["quotas"][0]["used"] == 20


def test_quotas_outlive_a_redis_that_starts_empty(latchkey, how, redis):
    key = latchkey.create_key(limits={"quotas": [{"name": "daily", "period": "day", "requests": 10}]})
    assert [latchkey.call(key, PLAIN).status for _ in range(6)] == [200] * 6
    redis.kill()
    eventually(lambda: limits_of(latchkey, key)["counted"] == "fallback", "the node to count by itself")
    assert metrics(latchkey)["latchkey_limits_shared"] == 0
    assert latchkey.call(key, PLAIN).status == 200
    redis.start()
    await_counted(latchkey, how)
    assert metrics(latchkey)["latchkey_limits_shared"] == 1
    assert [latchkey.call(key, PLAIN).status for _ in range(4)] == [200, 200, 200, 429]


def test_without_redis_it_starts_and_answers(sample_api, how, tmp_path):
    flags = ["--limits", how, "--redis", f"unix://{tmp_path}/nobody"]
    with Latchkey(sample_api.url, tmp_path, name="latchkey-alone", flags=flags) as latchkey:
        key = latchkey.create_key(limits=LIMITS)
        assert limits_of(latchkey, key)["counted"] == "fallback"
        answers = [latchkey.call(key, PLAIN).status for _ in range(21)]
        assert answers == [200] * 20 + [429]
        assert metrics(latchkey)["latchkey_limits_alone_total"] >= 21
