"""Secrets go straight to where they are needed: into a real OpenBao and moto's AWS, and nothing of them is ever lost, whatever
breaks meanwhile."""
import json

import httpx
import pytest

from harness import ledger
from harness.aws import REGION, Aws, credentials_text, documented_policy
from harness.breaking_proxy import BreakingProxy
from harness.latchkey import PLAIN, Latchkey
from harness.mail import MailServer
from harness.managers import write_configuration
from harness.openbao import OpenBao
from harness.requests import create
from harness.wait import eventually

CORP = {"kind": "secret_manager", "manager": "corp", "path": "apps/sms"}


@pytest.fixture(scope="module")
def bao(tmp_path_factory):
    with OpenBao(tmp_path_factory.mktemp("openbao")) as server:
        yield server


def with_vault(sample_api, folder, token, url, flags=()):
    token_file = folder / "token"
    token_file.write_text(token)
    config = write_configuration(folder / "latchkey.toml", {}, {"corp": {"kind": "vault", "address": url, "token_file": token_file}})
    return Latchkey(sample_api.url, folder, name="latchkey-handing-over", flags=["--config", str(config), *flags])


def place(latchkey, path="apps/sms"):
    cid = latchkey.operator.get(latchkey.tenant_path()).json()["cid"]
    return f"latchkey/{cid}/{path}"


def works(latchkey, secret):
    answer = httpx.get(latchkey.gateway_url + PLAIN, headers={"X-API-KEY": secret}, trust_env=False)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def secret_in(bao, place, generation):
    """What an application reads, once it is of this generation."""
    data = eventually(lambda: (found := bao.data(place)) and found["generation"] == generation and found, f"generation {generation} at {place}")
    return ledger.remember(data["api_key"], f"{place}, generation {generation}")


def test_a_key_lives_in_the_secret_manager(sample_api, bao, tmp_path):
    with with_vault(sample_api, tmp_path, bao.token(), bao.url) as latchkey:
        places = latchkey.operator.get(f"{latchkey.tenant_path()}/hand-over-places").json()
        assert places["link"] is False
        assert places["secret_managers"] == [{"name": "corp", "kind": "vault", "path_prefix": place(latchkey, "")}]
        key = create(latchkey, latchkey.keys_path(), hand_over=CORP).json()
        assert "secret" not in key and key["hand_over"] == CORP
        one, where = f"{latchkey.keys_path()}/{key['id']}", place(latchkey)
        first = secret_in(bao, where, 1)
        assert works(latchkey, first)
        rotated = latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 3600})
        assert rotated.status_code == 200 and "secret" not in rotated.json()
        second = secret_in(bao, where, 2)
        assert first != second and works(latchkey, first) and works(latchkey, second)
        rotation = eventually(lambda: (now := latchkey.operator.get(one).json()["rotation"]) and not now["delivering"] and now, "the delivery")
        assert rotation["ends_at"] is not None
        done, before = latchkey.operator.get(f"{one}/hand-overs").json()["data"]
        assert (done["status"], done["generation"], before["generation"]) == ("done", 2, 1)
        cancelled = latchkey.operator.post(f"{one}/rotation/cancel")
        assert cancelled.status_code == 200 and works(latchkey, first) and not works(latchkey, second)
        eventually(lambda: bao.data(where)["api_key"] == first, "the old secret to stand there again")
        latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 0})
        third = secret_in(bao, where, 3)
        eventually(lambda: not works(latchkey, first), "the old secret's end")
        assert works(latchkey, third)


def test_the_old_secret_stays_while_the_secret_manager_is_away(sample_api, bao, tmp_path):
    with MailServer() as mail, with_vault(
        sample_api, tmp_path, bao.token(), bao.url, ["--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered"]
    ) as latchkey:
        key = create(latchkey, latchkey.keys_path(), hand_over=CORP | {"path": "apps/away"}).json()
        one, where = f"{latchkey.keys_path()}/{key['id']}", place(latchkey, "apps/away")
        first = secret_in(bao, where, 1)
        bao.seal()
        try:
            latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 0})
            tried = eventually(
                lambda: (last := latchkey.operator.get(f"{one}/hand-overs").json()["data"][0])["tries"] >= 3 and last, "some tries", seconds=60)
            assert latchkey.operator.post(f"{one}/hand-overs/{tried['id']}/withdraw").status_code == 409
            assert tried["status"] == "pending" and tried["last_error"] and tried["next_attempt_at"]
            assert latchkey.operator.get(one).json()["rotation"]["delivering"] is True
            refused = latchkey.operator.post(f"{one}/rotation/finish")
            assert refused.status_code == 409 and "old one must stay" in refused.json()["detail"]
            assert works(latchkey, first)
            latchkey.stop()
            latchkey.start()
            assert works(latchkey, first)
            eventually(lambda: mail.about("can't be written to corp"), "a mail to the contact")
            alerts = latchkey.operator.get(f"{latchkey.tenant_path()}/alerts").json()["data"]
            assert [alert["rule"] for alert in alerts] == ["hand_over"]
        finally:
            bao.unseal()
        second = secret_in_after_retry(bao, where, latchkey, one)
        assert works(latchkey, second)
        eventually(lambda: not works(latchkey, first), "the old secret's end")


def secret_in_after_retry(bao, where, latchkey, one):
    """Another rotation replaces the one that waits for its next try, as nobody has used that one's secret."""
    answer = latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 0})
    assert answer.status_code == 200, answer.text
    return secret_in(bao, where, answer.json()["generation"])


# A rotation into OpenBao takes three requests: what stands there, the new secret, and what is kept of old ones.
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("side", ["before", "after"])
def test_kill_9_at_each_step_of_a_rotation_loses_nothing(sample_api, bao, tmp_path, number, side):
    with BreakingProxy(bao.url) as proxy, with_vault(sample_api, tmp_path, bao.token(), proxy.url) as latchkey:
        path = f"apps/killed-{number}-{side}"
        key = create(latchkey, latchkey.keys_path(), hand_over=CORP | {"path": path}).json()
        one, where = f"{latchkey.keys_path()}/{key['id']}", place(latchkey, path)
        first = secret_in(bao, where, 1)
        eventually(lambda: latchkey.operator.get(f"{one}/hand-overs").json()["data"][0]["status"] == "done", "the first delivery")
        proxy.break_at(number, side, latchkey.process.kill)
        latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 3600})
        # There may be fewer requests than three; then it is killed when all is done.
        eventually(lambda: proxy.broken.is_set() or delivered(latchkey, one), "the end of the step")
        if latchkey.process.popen.poll() is None:
            latchkey.process.kill()
        stands = bao.data(where)["api_key"]
        ledger.remember(stands, f"what stood at {where}")
        latchkey.operator_close()
        latchkey.start()
        assert works(latchkey, first), "the old secret"
        assert works(latchkey, stands), "what applications read at this moment"
        second = secret_in(bao, where, 2)
        assert works(latchkey, second)
        eventually(lambda: delivered(latchkey, one), "the rotation to know")
        assert latchkey.operator.get(one).json()["rotation"]["ends_at"] is not None
        assert latchkey.operator.post(f"{one}/rotation/finish").status_code == 200
        assert not works(latchkey, first) and works(latchkey, second)


def delivered(latchkey, one):
    try:
        rotation = latchkey.operator.get(one).json()["rotation"]
        return rotation and not rotation["delivering"]
    except httpx.HTTPError:
        return True


def test_aws_stages_follow_the_rotation(sample_api, tmp_path):
    with Aws() as aws:
        user = aws.user(documented_policy())
        credentials = tmp_path / "credentials"
        credentials.write_text(credentials_text(user))
        table = {"kind": "aws", "region": REGION, "endpoint": aws.url, "credentials_file": credentials}
        config = write_configuration(tmp_path / "latchkey.toml", {}, {"corp": table})
        with Latchkey(sample_api.url, tmp_path, name="latchkey-aws", flags=["--config", str(config)]) as latchkey:
            key = create(latchkey, latchkey.keys_path(), hand_over=CORP).json()
            one, where = f"{latchkey.keys_path()}/{key['id']}", place(latchkey)

            def current(stage="AWSCURRENT"):
                data = json.loads(aws.secrets.get_secret_value(SecretId=where, VersionStage=stage)["SecretString"])
                return ledger.remember(data["api_key"], f"{where} at {stage}"), data["generation"]

            eventually(lambda: done(latchkey, one, 1), "the first delivery")
            first, generation = current()
            assert generation == 1 and works(latchkey, first)
            latchkey.operator.post(f"{one}/rotate", json={"overlap_seconds": 3600})
            eventually(lambda: done(latchkey, one, 2), "the second delivery")
            second, generation = current()
            assert generation == 2 and current("AWSPREVIOUS") == (first, 1)
            assert works(latchkey, first) and works(latchkey, second)
            latchkey.operator.post(f"{one}/rotation/cancel")
            eventually(lambda: current() == (first, 1), "the old one to be current again")


def done(latchkey, one, generation):
    latest = latchkey.operator.get(f"{one}/hand-overs").json()["data"][0]
    return latest["generation"] == generation and latest["status"] == "done"
