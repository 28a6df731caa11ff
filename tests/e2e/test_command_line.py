"""The commands, as scripts use them: what they print, and how they end."""
import json

import pytest

from harness import ledger, paths
from harness.gateways import free_ports
from harness.latchkey import Key
from harness.process import run

COMMANDS = [
    [], ["init"], ["serve"], ["backup"], ["restore"], ["sample-api"], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "show"],
    ["keys", "disable"], ["keys", "enable"], ["keys", "revoke"], ["keys", "delete"], ["keys", "restore"], ["keys", "rotate"],
    ["keys", "finish-rotation"], ["keys", "cancel-rotation"], ["keys", "import"], ["keys", "export"], ["catalog"], ["catalog", "check"],
    ["nodes"], ["tenants"], ["tenants", "create"], ["tenants", "list"], ["users"], ["users", "create"], ["scan"], ["version"],
]


@pytest.fixture
def cli(latchkey):
    env = {"LATCHKEY_URL": latchkey.console_url, "LATCHKEY_OPERATOR_KEY": latchkey.operator_key}

    def command(*argv, env=env):
        done = run([paths.binary(), *argv], env=env)
        ledger.CLI_OUTPUTS.append((argv, done.stderr))
        return done

    return command


def printed(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "latchkey")
def test_every_command_explains_itself(command):
    done = run([paths.binary(), *command, "--help"])
    assert done.returncode == 0, done.stderr
    assert "--help" in done.stdout
    if command:
        assert command[-1] in done.stdout


@pytest.mark.parametrize("argv", [["nonsense"], [], ["keys", "nonsense"], ["serve", "--nonsense"], ["keys", "show"]])
def test_a_command_that_is_not_understood_ends_with_2(argv):
    assert run([paths.binary(), *argv]).returncode == 2


def test_the_version_is_told(cli):
    assert cli("version").stdout.strip()
    assert "version" in printed(cli("version", "--json"))


def test_a_key_lives_its_life_on_the_command_line(cli, latchkey):
    tenant = latchkey.tenant_id
    made = printed(cli("keys", "create", "--tenant", tenant, "--nickname", "By script", "--contact-email", "ops@acme.example",
                       "--access-type", "integrations", "--channel", "504", "--attribute", "Alias", "--attribute", "Country", "--json"))
    key = Key(made["id"], tenant, ledger.remember(made["secret"], "secret made on the command line"), made)
    assert made["restrictions"]["channels"] == [504]
    assert latchkey.call(key).status == 200

    shown = printed(cli("keys", "show", key.id, "--tenant", tenant, "--json"))
    assert shown["id"] == key.id and "secret" not in shown
    assert key.id in [each["id"] for each in printed(cli("keys", "list", "--tenant", tenant, "--json"))["data"]]
    assert "By script" in cli("keys", "list", "--tenant", tenant).stdout

    assert cli("keys", "disable", key.id, "--tenant", tenant).returncode == 0
    assert latchkey.call(key).verdict == (401, "key_disabled")
    assert cli("keys", "enable", key.id, "--tenant", tenant).returncode == 0
    assert latchkey.call(key).status == 200
    rotated = cli("keys", "rotate", key.id, "--tenant", tenant, "--overlap", "3600")
    assert rotated.returncode == 0 and "works until" in rotated.stderr
    new = Key(key.id, tenant, ledger.remember(rotated.stdout.strip(), "secret rotated on the command line"), made)
    assert latchkey.call(key).status == latchkey.call(new).status == 200
    assert "Rotating" in cli("keys", "show", key.id, "--tenant", tenant).stdout
    assert cli("keys", "finish-rotation", key.id, "--tenant", tenant).returncode == 0
    assert latchkey.call(key).verdict == (401, "key_expired")
    assert cli("keys", "cancel-rotation", key.id, "--tenant", tenant).returncode == 1, "there is none"

    assert cli("keys", "delete", key.id, "--tenant", tenant).returncode == 0
    assert latchkey.call(new).verdict == (401, "unknown_key")
    assert cli("keys", "restore", key.id, "--tenant", tenant).returncode == 0
    assert cli("keys", "revoke", key.id, "--tenant", tenant, "--yes").returncode == 0
    assert latchkey.call(new).verdict == (401, "key_revoked")


def test_a_human_sees_the_key_once_and_is_told_so(cli, latchkey):
    done = cli("keys", "create", "--tenant", latchkey.tenant_id, "--nickname", "For people", "--contact-email", "ops@acme.example",
               "--access-type", "admin")
    assert done.returncode == 0, done.stderr
    secrets = [word for word in done.stdout.split() if word.startswith("lk_live_") and len(word) > 40]
    assert len(secrets) == 1
    ledger.remember(secrets[0], "secret made on the command line")
    assert secrets[0] not in done.stderr and "only time" in done.stderr


def test_limits_are_set_and_shown_on_the_command_line(cli, latchkey):
    tenant = printed(cli("tenants", "create", "--name", "Initech", "--rate-limit", "all=500/10", "--quota", "month=100000", "--json"))
    assert tenant["limits"]["rate_limits"] == [{"name": "all", "requests": 500, "window_seconds": 10, "rate_class": None}]
    made = printed(cli("keys", "create", "--tenant", tenant["id"], "--nickname", "Limited", "--contact-email", "ops@acme.example",
                       "--access-type", "admin", "--rate-limit", "default=20", "--rate-limit", "hourly=1000/3600",
                       "--quota", "day=5000", "--json"))
    ledger.remember(made["secret"], "secret made on the command line")
    assert made["limits"]["quotas"] == [{"name": "daily", "period": "day", "requests": 5000}]
    shown = cli("keys", "show", made["id"], "--tenant", tenant["id"]).stdout
    assert "20 requests in 10 s (default), 1000 requests in 3600 s (hourly), 5000 requests a day (daily)" in shown
    refused = cli("keys", "create", "--tenant", tenant["id"], "--nickname", "X", "--contact-email", "ops@acme.example",
                  "--access-type", "admin", "--rate-limit", "hourly")
    assert refused.returncode == 2 and "such as hourly=1000/3600" in refused.stderr


def test_tenants_and_people_are_made_on_the_command_line(cli, latchkey):
    tenant = printed(cli("tenants", "create", "--name", "Globex", "--json"))
    assert tenant["id"] in [each["id"] for each in printed(cli("tenants", "list", "--json"))["data"]]
    person = printed(cli("users", "create", "--tenant", tenant["id"], "--email", "hank@globex.example", "--json"))
    ledger.remember(person["password"], "password made on the command line")
    assert latchkey.sign_in("hank@globex.example", person["password"]).session["tenants"][0]["id"] == tenant["id"]


def test_what_the_server_refuses_ends_with_1_and_its_words(cli, latchkey):
    refused = cli("keys", "create", "--tenant", latchkey.tenant_id, "--nickname", "", "--contact-email", "nobody", "--access-type", "admin")
    assert refused.returncode == 1
    assert "nickname" in refused.stderr and "contact_email" in refused.stderr.replace("-", "_")
    assert cli("keys", "show", "key_unknown", "--tenant", latchkey.tenant_id).returncode == 1


def test_a_server_that_is_away_ends_with_3(cli, latchkey):
    done = cli("tenants", "list", env={"LATCHKEY_URL": f"http://127.0.0.1:{free_ports(1)[0]}", "LATCHKEY_OPERATOR_KEY": latchkey.operator_key})
    assert done.returncode == 3 and done.stderr


def test_the_operator_key_is_not_sent_in_the_clear_to_other_machines(cli, latchkey):
    done = cli("tenants", "list", env={"LATCHKEY_URL": "http://192.0.2.1:8080", "LATCHKEY_OPERATOR_KEY": latchkey.operator_key})
    assert done.returncode != 0 and "https" in done.stderr


@pytest.mark.parametrize("catalog", sorted((paths.REPO / "catalogs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_catalogs_of_the_repository_have_no_mistake(cli, catalog):
    done = cli("catalog", "check", str(catalog))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_mistake_of_a_catalog_is_told_with_line_and_column(cli, tmp_path):
    text = paths.CATALOG.read_text().replace("restrictions: [operations, channels, attributes, ip_ranges]", "restrictions: [operatoins]")
    text = text.replace("operationId: GetAllActions", "operationId: GetCampaignDetails", 1)
    broken = tmp_path / "broken.yaml"
    broken.write_text(text)
    done = cli("catalog", "check", str(broken))
    assert done.returncode == 1
    said = done.stdout + done.stderr
    for wanted in ("operatoins", "GetCampaignDetails"):
        line = next(each for each in said.splitlines() if wanted in each)
        assert line.split("broken.yaml:")[1].split(":")[0].isdigit(), line
