"""Secrets that others may have seen: reported by GitHub and by other scanners, sent over plain HTTP and in addresses; who is
told, and what happens then."""
import json

import pytest
from standardwebhooks import Webhook

from harness import ledger, paths
from harness.latchkey import PLAIN, Latchkey
from harness.mail import MailServer
from harness.process import run
from harness.receiver import Receiver
from harness.scanners import TYPE, Github, Scanner, as_body, found, hash_of
from harness.wait import eventually

SHARED = "a secret that the scanner shares with the server"


class Leaky(Latchkey):
    """A server that takes reports."""

    def report(self, headers, body):
        with self.client() as client:
            return client.post("/v1/leak-reports", headers=headers, content=body)

    def set_policy(self, tenant_id=None, **policy):
        answer = self.operator.put(f"{self.tenant_path(tenant_id)}/key-policy", json=policy)
        assert answer.status_code == 200, answer.text

    def shown(self, key):
        answer = self.operator.get(self.keys_path(key))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def exposures(self, key):
        answer = self.operator.get(f"{self.keys_path(key)}/exposures")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def exposed(self, key):
        return eventually(lambda: self.shown(key)["exposure"], f"{key.id} to be shown as exposed")

    def alerts_about(self, key=None, tenant_id=None):
        query = {"status": "all", "limit": 200, **({"key": key.id} if key else {})}
        page = self.operator.get(f"{self.tenant_path(tenant_id or (key and key.tenant_id))}/alerts", params=query).json()["data"]
        return [alert for alert in page if alert["rule"] == "exposed"]

    def in_query(self, key):
        ledger.EXPOSED.add(key.secret)
        return self.send("GET", f"{PLAIN}?key={key.secret}")

    def over_plain_http(self, key):
        """As a proxy that says so passes it on: this machine's own requests count as safe."""
        return self.authz("GET", PLAIN, key.headers, extra=[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http")])


@pytest.fixture(scope="module")
def github(tmp_path_factory):
    with Github(tmp_path_factory.mktemp("github")) as server:
        yield server


@pytest.fixture(scope="module")
def mail(certificate):
    with MailServer(certificate) as server:
        yield server


@pytest.fixture(scope="module")
def scanner():
    return Scanner("ci", ledger.remember(SHARED, "secret of the scanner"))


@pytest.fixture(scope="module")
def leaky(upstream, github, mail, scanner, certificate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaky")
    (folder / "scanner-secret").write_text(SHARED + "\n")
    config = folder / "latchkey.toml"
    config.write_text(f'leak_reports_github = true\n[leak_reports.scanners.ci]\nsecret_file = "{folder}/scanner-secret"\n')
    flags = [
        "--config", config, "--leak-reports-github-keys", github.keys_url, "--delivery-ca-file", certificate[0],
        "--webhook-allow-private", "true", "--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example",
        "--delivery-retry-seconds", "0,0,1,1,1,1,1,1",
    ]
    with Leaky(upstream.url, folder, name="latchkey-leaky", flags=flags) as instance:
        yield instance


@pytest.fixture
def receiver(certificate):
    with Receiver(certificate) as server:
        yield server


def test_a_commit_that_github_reports_is_shown_and_told_at_once(leaky, github, mail, receiver):
    webhook = leaky.operator.post(f"{leaky.tenant_path()}/webhooks", json={"url": receiver.url}).json()
    ledger.remember(webhook["secret"], "secret of a webhook")
    key = leaky.create_key()
    assert leaky.shown(key)["exposure"] is None
    answer = leaky.report(*github.report(found(key.secret)))
    assert answer.status_code == 200, answer.text
    assert answer.json() == [{"token_hash": hash_of(key.secret), "token_type": TYPE, "label": "true_positive"}]

    # Everything is noted before the answer came.
    exposure = leaky.shown(key)["exposure"]
    assert exposure["how"] == "leak_report" and exposure["source"] == "github/commit" and exposure["count"] == 1
    assert exposure["url"] == found("")["url"] and exposure["secret_id"] == key.made["secrets"][0]["id"]
    assert leaky.exposures(key) == [{**exposure, "action": "none", "acted_at": None, "works": True}]

    title = f"{key.made['nickname']} was found where others can read it."
    [letter] = eventually(lambda: mail.about(title), "the mail")
    assert letter["To"] == "ops@acme.example" and found("")["url"] in letter.get_content() and key.secret not in letter.get_content()
    message = eventually(lambda: receiver.of_type("alert.opened"), "the message")[0]
    alert = Webhook(webhook["secret"]).verify(message.body, message.headers)["data"]
    assert alert["rule"] == "exposed" and alert["severity"] == "critical" and alert["key"]["id"] == key.id
    assert alert["facts"]["action"] == "none" and alert["title"] == title

    assert leaky.report(*github.report(found(key.secret))).status_code == 200
    assert leaky.shown(key)["exposure"]["count"] == 2 and len(leaky.alerts_about(key)) == 1
    assert leaky.operator.delete(f"{leaky.tenant_path()}/webhooks/{webhook['id']}").status_code == 204


def test_the_answer_tells_nothing_but_the_form(leaky, scanner):
    live, revoked, unknown = leaky.create_key(), leaky.create_key(), leaky.create_key()
    leaky.act(revoked, "revoke")
    typo = live.secret[:-1] + ("a" if live.secret[-1] != "a" else "b")
    answer = leaky.report(*scanner.report(found(revoked.secret), found(typo), found("ghp_nothing"), found(unknown.secret)))
    assert [each["label"] for each in answer.json()] == ["true_positive", "false_positive", "false_positive", "true_positive"]
    assert leaky.exposures(revoked) == [] and leaky.exposures(live) == [] and leaky.alerts_about(revoked) == []
    assert leaky.shown(unknown)["exposure"]["source"] == "ci/commit"


def test_only_signed_reports_are_taken(leaky, github, scanner):
    key = leaky.create_key()
    headers, body = github.report(found(key.secret))
    github.add_key("strange", publish=False)
    plain = {"Content-Type": "application/json"}
    refused = [
        leaky.report(plain, body),
        leaky.report(headers, body + b" "),
        leaky.report({**headers, "Github-Public-Key-Identifier": "strange"}, body),
        leaky.report({**github.sign(body, "strange"), "Github-Public-Key-Identifier": "first"}, body),
        leaky.report({**scanner.sign(body), "Latchkey-Scanner": "other"}, body),
        leaky.report(scanner.sign(body, at=1_700_000_000), body),
        leaky.report({**headers, **scanner.sign(body)}, body),
    ]
    for answer in refused:
        assert answer.status_code == 403 and answer.json()["code"] == "signature_refused"
    assert len({json.dumps({**answer.json(), "request_id": ""}) for answer in refused}) == 1
    assert leaky.shown(key)["exposure"] is None
    assert github.fetches <= 2

    late = eventually(lambda: (answer := leaky.report(plain, body)).status_code == 429 and answer, "patience to end")
    assert int(late.headers["Retry-After"]) > 0 and late.json()["code"] == "too_many_reports"
    assert leaky.report(headers, body).status_code == 200


def test_a_report_has_a_form(leaky, scanner):
    def status(body, **fields):
        return leaky.report({**scanner.sign(body), **fields}, body).status_code

    assert status(b"[]") == 200
    assert status(b"{}") == 400
    assert status(b"[{}]") == 422
    assert status(as_body([found("x")] * 1001)) == 422
    assert status(b"[]", **{"Content-Type": "text/plain"}) == 415
    assert status(b'["' + b"x" * 1024 * 1024 + b'"]') == 413


def test_reports_are_off_unless_they_are_set_up(latchkey, github):
    headers, body = github.report(found("x"))
    with latchkey.client() as client:
        assert client.post("/v1/leak-reports", headers=headers, content=body).status_code == 404


def test_who_may_ask_for_exposures(leaky):
    key = leaky.create_key()
    path = f"{leaky.keys_path(key)}/exposures"
    with leaky.client() as nobody:
        assert nobody.get(path).status_code == 401
    assert leaky.operator.get(path, params={"limit": 1}).status_code == 400
    assert leaky.operator.get(leaky.keys_path() + "/key_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5/exposures").status_code == 404


def test_a_key_in_an_address_is_exposed(leaky):
    key = leaky.create_key()
    assert leaky.in_query(key).status == 400
    exposure = leaky.exposed(key)
    assert exposure["how"] == "query" and exposure["source"] is None and exposure["url"] is None
    assert leaky.call(key).status == 200, "it works on: nobody has asked for more"


def test_a_key_over_plain_http_is_exposed(leaky):
    key = leaky.create_key()
    assert leaky.over_plain_http(key).status == 403
    assert leaky.exposed(key)["how"] == "plain_http"
    assert len(eventually(lambda: leaky.alerts_about(key), "the alert")) == 1


def test_what_is_noted_outlives_a_crash(leaky, scanner):
    key = leaky.create_key()
    assert leaky.report(*scanner.report(found(key.secret))).status_code == 200
    leaky.kill()
    leaky.start()
    assert leaky.shown(key)["exposure"]["how"] == "leak_report" and len(leaky.alerts_about(key)) == 1


def test_by_policy_an_exposed_key_is_revoked(leaky, scanner):
    tenant = leaky.create_tenant()["id"]
    leaky.set_policy(tenant, on_exposure="revoke")
    reported, in_address, plain = (leaky.create_key(tenant_id=tenant) for _ in range(3))
    assert leaky.report(*scanner.report(found(reported.secret))).status_code == 200
    assert leaky.call(reported).status == 401, "it is refused from the moment that the report is answered"
    leaky.in_query(in_address)
    leaky.over_plain_http(plain)
    for key in (reported, in_address, plain):
        eventually(lambda key=key: leaky.shown(key)["status"] == "revoked", f"{key.id} to be revoked")
        assert leaky.call(key).status == 401 and leaky.shown(key)["exposure"] is None
        eventually(lambda key=key: leaky.exposures(key)[0]["action"] == "revoked", "what was done to be noted")
        [exposure] = leaky.exposures(key)
        assert exposure["acted_at"] and not exposure["works"]


def test_by_policy_an_exposed_key_is_rotated_and_the_new_secret_handed_over(leaky, scanner):
    tenant = leaky.create_tenant()["id"]
    leaky.set_policy(tenant, on_exposure="rotate", exposure_overlap_seconds=600)
    key = leaky.create_key(tenant_id=tenant)
    # From here on its secrets go by link; the first one, which this test knows, works on.
    answer = leaky.operator.post(f"{leaky.keys_path(key)}/rotate", json={"hand_over": {"kind": "link"}})
    assert answer.status_code == 200, answer.text
    leaky.act(key, "rotation/cancel")

    assert leaky.report(*scanner.report(found(key.secret))).status_code == 200
    shown = leaky.shown(key)
    assert shown["generation"] == 3 and shown["rotation"]["overlap_seconds"] == 600
    assert shown["exposure"]["secret_id"] == shown["rotation"]["old_secret_id"] == key.made["secrets"][0]["id"]
    assert leaky.call(key).status == 200, "for the overlap"
    assert [each["action"] for each in leaky.exposures(key)] == ["rotated"]
    assert leaky.operator.get(f"{leaky.keys_path(key)}/hand-overs").json()["data"][0]["status"] == "pending"

    assert leaky.report(*scanner.report(found(key.secret))).status_code == 200
    assert leaky.shown(key)["generation"] == 3, "once"
    leaky.act(key, "rotation/finish")
    assert leaky.call(key).status == 401 and leaky.shown(key)["exposure"] is None
    assert leaky.report(*scanner.report(found(key.secret))).status_code == 200
    assert leaky.shown(key)["generation"] == 3, "an ended secret changes nothing"


def test_who_shows_no_new_secret_is_told_instead(leaky, scanner):
    tenant = leaky.create_tenant()["id"]
    leaky.set_policy(tenant, on_exposure="rotate")
    key = leaky.create_key(tenant_id=tenant)
    assert leaky.report(*scanner.report(found(key.secret))).status_code == 200
    [alert] = leaky.alerts_about(key)
    assert "nobody would see the new secret" in alert["detail"] and alert["facts"]["action"] == "none"
    assert leaky.call(key).status == 200


def test_whoever_replays_a_dump_ends_ten_keys_of_a_tenant(leaky, github, mail):
    tenant = leaky.create_tenant()["id"]
    leaky.create_user(tenant, role="owner", email="owner-of-many@acme.example")
    leaky.set_policy(tenant, on_exposure="revoke")
    keys = [leaky.create_key(tenant_id=tenant) for _ in range(14)]
    report = github.report(*(found(key.secret) for key in keys))
    for _ in range(2):
        assert leaky.report(*report).status_code == 200
    for key in keys:
        leaky.in_query(key)
    left = [key for key in keys if leaky.shown(key)["status"] == "active"]
    assert len(left) == 4 and all(leaky.call(key).status == 200 for key in left)
    for key in left:
        assert {each["action"] for each in leaky.exposures(key)} <= {"held_back", "none"}
        assert leaky.alerts_about(key), "each is told of"
    [many] = [alert for alert in leaky.alerts_about(tenant_id=tenant) if alert["key"] is None]
    assert many["severity"] == "critical" and many["title"] == "Many keys were exposed at once."
    [letter] = eventually(lambda: mail.about(many["title"]), "the mail to the owner")
    assert letter["To"] == "owner-of-many@acme.example"


def test_what_a_scan_finds_is_reported(leaky, tmp_path):
    key = leaky.create_key()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "settings.py").write_text(f"KEY = {key.secret!r}\n")
    argv = [paths.binary(), "scan", tmp_path / "app", "--url", leaky.console_url, "--report-as", "ci",
            "--report-secret-file", leaky.folder / "scanner-secret", "--report-base", "https://git.example/blob/main"]
    done = run(argv)
    assert done.returncode == 1 and "Reported to the server: 1 API key." in done.stderr, done.stderr
    exposure = leaky.shown(key)["exposure"]
    assert exposure["source"] == "ci/file" and exposure["url"].startswith("https://git.example/blob/main/")
    assert exposure["url"].endswith("/app/settings.py")

    (tmp_path / "wrong").write_text("another secret that nobody shares with us\n")
    done = run([*argv[:-3], tmp_path / "wrong"])
    assert done.returncode == 1 and "could not be reported" in done.stderr
    done = run(argv[:5] + ["--report-as", "ci"])
    assert done.returncode == 2 and "--report-secret-file" in done.stderr


def test_unknown_tokens_in_bulk_leave_no_trace(leaky, scanner, tmp_path):
    """Of the right form and checksum, and never made here."""
    with Latchkey(leaky.upstream_url, tmp_path, name="latchkey-elsewhere") as elsewhere:
        strangers = [elsewhere.create_key() for _ in range(20)]
    before = len(leaky.alerts_about(tenant_id=leaky.tenant_id))
    answer = leaky.report(*scanner.report(*(found(key.secret) for key in strangers * 50)))
    assert answer.status_code == 200 and {each["label"] for each in answer.json()} == {"true_positive"}
    assert len(leaky.alerts_about(tenant_id=leaky.tenant_id)) == before
