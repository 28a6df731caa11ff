"""Secrets written into AWS Secrets Manager, as moto's server has it. Its own library, boto3, reads what came of it."""
import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.aws import REGION, Aws, credentials_text, documented_policy
from harness.gateways import free_ports
from harness.managers import CID, Managers, assert_refused, new_key_id, new_secret

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def aws():
    with Aws() as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("managers")


def table(aws, folder, credentials, **more):
    path = folder / f"credentials-{next(_numbers)}"
    path.write_text(credentials_text(credentials, more.get("profile", "default")))
    return {"kind": "aws", "region": REGION, "endpoint": aws.url, "credentials_file": path, **more}


@pytest.fixture(scope="module")
def user(aws):
    return aws.user(documented_policy())


@pytest.fixture(scope="module")
def managers(aws, folder, user):
    with Managers(folder, aws=table(aws, folder, user)) as driver:
        yield driver


@pytest.fixture
def path():
    return f"billing/mailer-{next(_numbers)}"


def name(path):
    return f"latchkey/{CID}/{path}"


def exists(aws, path):
    return any(each["Name"] == name(path) for page in aws.secrets.get_paginator("list_secrets").paginate() for each in page["SecretList"])


def test_the_first_secret_is_made_with_what_says_whose_it_is(aws, managers, path):
    key, secret = new_key_id(), new_secret()
    assert managers.put("aws", path, key, 1, secret, nickname='Mailer "ü"') == {"ok": True}
    value = aws.value(name(path))
    assert value.pop("written_at").endswith("Z")
    assert value == {"api_key": secret, "key_id": key, "nickname": 'Mailer "ü"', "generation": 1}
    assert aws.stages(name(path)) == {"AWSCURRENT": 1}


def test_stages_follow_the_rotation_and_the_same_again_changes_nothing(aws, managers, path):
    key, kept = new_key_id(), {generation: new_secret() for generation in (1, 2, 3)}
    for generation, secret in kept.items():
        for _ in range(2):
            assert managers.put("aws", path, key, generation, secret) == {"ok": True}
        expected = {"AWSCURRENT": generation, **({"AWSPREVIOUS": generation - 1} if generation > 1 else {})}
        assert aws.stages(name(path)) == expected
        assert aws.value(name(path))["api_key"] == secret
    assert len(aws.versions(name(path))) == 3
    assert aws.value(name(path), VersionStage="AWSPREVIOUS")["api_key"] == kept[2]


def test_a_stale_generation_never_wins(aws, managers, path):
    key, third = new_key_id(), new_secret()
    assert managers.put("aws", path, key, 3, third)["ok"]
    assert_refused(managers.put("aws", path, key, 2, new_secret()), "conflict", "generation 3", path, 'secret manager "aws"')
    assert_refused(managers.put("aws", path, key, 3, new_secret()), "conflict", "another value")
    assert_refused(managers.take_back("aws", path, key, 2), "conflict", "generation 3")
    assert aws.value(name(path))["api_key"] == third and len(aws.versions(name(path))) == 1


@pytest.mark.parametrize("foreign", [
    {"SecretString": "plain text"}, {"SecretString": json.dumps({"username": "x"})}, {"SecretBinary": b"\x00\x01"},
    {"SecretString": json.dumps({"api_key": "x", "key_id": new_key_id(), "generation": 1})},
])
def test_what_others_put_there_stays(aws, managers, path, foreign):
    aws.secrets.create_secret(Name=name(path), **foreign)
    key = new_key_id()
    assert_refused(managers.put("aws", path, key, 9, new_secret()), "conflict", "did not put there")
    assert_refused(managers.take_back("aws", path, key, 9), "conflict", "did not put there")
    assert len(aws.versions(name(path))) == 1


def test_a_secret_that_was_made_without_a_value_is_taken(aws, managers, path):
    aws.secrets.create_secret(Name=name(path))
    key, secret = new_key_id(), new_secret()
    assert managers.put("aws", path, key, 1, secret) == {"ok": True}
    assert aws.value(name(path))["api_key"] == secret and aws.stages(name(path)) == {"AWSCURRENT": 1}
    assert_refused(managers.take_back("aws", path, key, 1), "conflict", "made by somebody else")


def test_taking_back_returns_the_stages(aws, managers, path):
    key, first = new_key_id(), new_secret()
    assert managers.put("aws", path, key, 1, first)["ok"]
    assert managers.put("aws", path, key, 2, new_secret())["ok"]
    for _ in range(2):
        assert managers.take_back("aws", path, key, 2) == {"ok": True}
        assert aws.value(name(path))["api_key"] == first
        assert aws.stages(name(path)) == {"AWSCURRENT": 1}, "the withdrawn secret is not to be found as the previous one"
    assert managers.put("aws", path, key, 3, new_secret())["ok"]
    assert aws.stages(name(path)) == {"AWSCURRENT": 3, "AWSPREVIOUS": 1}
    assert managers.take_back("aws", path, key, 3)["ok"]
    assert aws.stages(name(path)) == {"AWSCURRENT": 1}


def test_taking_back_the_first_leaves_nothing_and_the_name_free(aws, managers, path):
    key = new_key_id()
    assert managers.take_back("aws", path, key, 1)["ok"], "there never was one"
    assert managers.put("aws", path, key, 1, new_secret())["ok"]
    for _ in range(2):
        assert managers.take_back("aws", path, key, 1)["ok"]
        assert not exists(aws, path)
    assert managers.put("aws", path, new_key_id(), 1, new_secret())["ok"]


def test_taking_back_the_first_removes_no_version_of_others(aws, managers, path):
    key = new_key_id()
    assert managers.put("aws", path, key, 1, new_secret())["ok"]
    aws.secrets.put_secret_value(SecretId=name(path), SecretString="somebody's", VersionStages=["theirs"])
    assert_refused(managers.take_back("aws", path, key, 1), "conflict", "versions of others")
    assert aws.stages(name(path)) == {"AWSCURRENT": 1}


def test_what_was_stored_before_a_crash_becomes_current_when_it_is_done_again(aws, managers, path):
    key, secret = new_key_id(), new_secret()
    assert managers.put("aws", path, key, 1, new_secret())["ok"]
    assert managers.put("aws", path, key, 2, secret)["ok"]
    (second,) = [version for version, stages in aws.versions(name(path)).items() if "AWSCURRENT" in stages]
    (first,) = [version for version, stages in aws.versions(name(path)).items() if "AWSPREVIOUS" in stages]
    # As if the call that moves AWSCURRENT had never been made.
    aws.secrets.update_secret_version_stage(SecretId=name(path), VersionStage="AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=first)
    assert managers.put("aws", path, key, 2, secret)["ok"]
    assert aws.stages(name(path)) == {"AWSCURRENT": 2, "AWSPREVIOUS": 1} and len(aws.versions(name(path))) == 2
    aws.secrets.update_secret_version_stage(SecretId=name(path), VersionStage="AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=first)
    assert_refused(managers.put("aws", path, key, 2, new_secret()), "conflict", "another value")
    assert aws.value(name(path))["generation"] == 1


def test_many_writers_at_once_never_go_back(aws, managers, folder, user, path):
    key = new_key_id()
    generations = {generation: new_secret() for generation in range(1, 31)}
    order = random.sample(sorted(generations), len(generations))
    writers = [Managers(folder, aws=table(aws, folder, user)) for _ in range(6)]
    seen = []

    def put(numbered):
        number, generation = numbered
        while (answer := writers[number % len(writers)].put("aws", path, key, generation, generations[generation])).get("code") == "unavailable":
            pass
        assert answer["ok"] or answer["code"] == "conflict", answer

    with ThreadPoolExecutor(7) as pool:
        putting = [pool.submit(put, numbered) for numbered in enumerate(order)]
        while not all(each.done() for each in putting):
            try:
                seen.append(aws.value(name(path))["generation"])
            except aws.secrets.exceptions.ResourceNotFoundException:
                assert not seen
        for each in putting:
            each.result()
    for writer in writers:
        writer.__exit__()
    assert seen == sorted(seen), (order, seen)
    assert aws.value(name(path))["generation"] == 30 and aws.value(name(path))["api_key"] == generations[30]


def test_a_secret_that_is_to_be_deleted_is_left_alone(aws, managers, path):
    key = new_key_id()
    assert managers.put("aws", path, key, 1, new_secret())["ok"]
    aws.secrets.delete_secret(SecretId=name(path), RecoveryWindowInDays=7)
    assert_refused(managers.put("aws", path, key, 2, new_secret()), "conflict", "to be deleted; restore it")


def test_credentials_are_read_again_and_told_apart(aws, folder, user, path):
    settings = table(aws, folder, {**user, "SecretAccessKey": "wrong"}, profile="latchkey")
    file, key, secret = settings["credentials_file"], new_key_id(), new_secret()
    with Managers(folder, aws=settings) as managers:
        assert_refused(managers.put("aws", path, key, 1, secret), "unauthenticated", "did not accept the signature")
        file.write_text(credentials_text({**user, "AccessKeyId": "AKIANOBODYKNOWS"}, "latchkey"))
        assert_refused(managers.put("aws", path, key, 1, secret), "unauthenticated", "does not know the credentials", str(file))
        file.write_text(credentials_text(user, "another"))
        assert_refused(managers.probe("aws"), "unauthenticated", "no profile [latchkey]")
        file.unlink()
        assert_refused(managers.probe("aws"), "unauthenticated", str(file))
        file.write_text(credentials_text(user, "another") + credentials_text(user, "latchkey"))
        assert managers.probe("aws") == {"ok": True}
        assert managers.put("aws", path, key, 1, secret) == {"ok": True}


def test_temporary_credentials_come_with_their_session(aws, folder, path):
    session = aws.session(documented_policy())
    with Managers(folder, aws=table(aws, folder, session)) as managers:
        assert managers.put("aws", path, new_key_id(), 1, new_secret()) == {"ok": True}
    with Managers(folder, aws=table(aws, folder, {**session, "SessionToken": ""})) as managers:
        assert_refused(managers.probe("aws"), "unauthenticated")


def test_credentials_can_be_in_the_environment(aws, folder, user, path):
    settings = {"kind": "aws", "region": REGION, "endpoint": aws.url}
    env = {"AWS_ACCESS_KEY_ID": user["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": user["SecretAccessKey"]}
    with Managers(folder, env=env, aws=settings) as managers:
        assert managers.put("aws", path, new_key_id(), 1, new_secret()) == {"ok": True}


@pytest.mark.parametrize("lacking", ["CreateSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage", "DescribeSecret"])
def test_what_the_policy_lacks_is_named(aws, folder, path, lacking):
    """So nothing in the documented policy is there for nothing, DeleteSecret aside."""
    policy = documented_policy()
    policy["Statement"][0]["Action"].remove(f"secretsmanager:{lacking}")
    key, secret = new_key_id(), new_secret()
    with Managers(folder, aws=table(aws, folder, aws.user(policy))) as managers:
        answers = [managers.probe("aws"), managers.put("aws", path, key, 1, secret), managers.put("aws", path, key, 2, new_secret())]
    refused = [answer for answer in answers if not answer["ok"]]
    assert refused
    for answer in refused:
        assert_refused(answer, "permission_denied", f"secretsmanager:{lacking}")


def test_down_may_work_later(folder, user, path):
    (nobody,) = free_ports(1)
    settings = {"kind": "aws", "region": REGION, "endpoint": f"http://127.0.0.1:{nobody}", "credentials_file": folder / "down"}
    (folder / "down").write_text(credentials_text(user))
    with Managers(folder, aws=settings) as managers:
        assert_refused(managers.put("aws", path, new_key_id(), 1, new_secret()), "unavailable", "gave no answer")
