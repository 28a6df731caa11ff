"""Alerts by email and by signed webhook, through a real mail server and a real receiver."""
import re
import sqlite3

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from harness import ledger, paths
from harness.latchkey import Latchkey
from harness.mail import MailServer
from harness.receiver import Receiver
from harness.wait import eventually

DAY_MS = 86_400_000
PASSWORD = "a password for the mail server"


class Watched(Latchkey):
    """A server that keys can grow old in."""

    def age(self, key, days=100):
        """Makes a key look as if it had been made so many days ago, while the server is down. The rules about age look at all
        keys when it starts."""
        with sqlite3.connect(self.data / "latchkey.db") as database:
            changed = database.execute(
                "UPDATE api_keys SET created_at = created_at - ? WHERE id = ?", (days * DAY_MS, bytes.fromhex(key.id.removeprefix("key_")))
            )
            assert changed.rowcount == 1
        database.close()

    def restart_with(self, *aged):
        self.stop()
        for key in aged:
            self.age(key)
        self.start()

    def hooks(self, *rest):
        return "/".join([f"{self.tenant_path()}/webhooks", *rest])

    def create_webhook(self, url, **fields):
        answer = self.operator.post(self.hooks(), json={"url": url, **fields})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        ledger.remember(made["secret"], f"secret of {made['id']}")
        return made

    def test_webhook(self, webhook):
        answer = self.operator.post(self.hooks(webhook["id"], "test"))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def delivery(self, webhook, delivery):
        page = self.operator.get(self.hooks(webhook["id"], "deliveries")).json()
        return next(one for one in page["data"] if one["id"] == delivery["id"])

    def settled(self, webhook, delivery, status="delivered"):
        def probe():
            one = self.delivery(webhook, delivery)
            return one if one["status"] == status else None

        return eventually(probe, f"delivery {delivery['id']} to be {status}")

    def delete_webhooks(self):
        for webhook in self.operator.get(self.hooks()).json()["data"]:
            assert self.operator.delete(self.hooks(webhook["id"])).status_code == 204

    def alerts(self, **query):
        return self.operator.get(f"{self.tenant_path()}/alerts", params=query).json()["data"]


@pytest.fixture(scope="module")
def mail(certificate):
    with MailServer(certificate, "latchkey", PASSWORD) as server:
        yield server


@pytest.fixture
def receiver(certificate):
    with Receiver(certificate) as server:
        yield server


@pytest.fixture(scope="module")
def password_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("smtp") / "password"
    path.write_text(ledger.remember(PASSWORD, "password of the mail server") + "\n")
    return path


@pytest.fixture(scope="module")
def shared(upstream, mail, certificate, password_file, tmp_path_factory):
    flags = [
        "--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-user", "latchkey", "--smtp-password-file", password_file,
        "--delivery-ca-file", certificate[0], "--webhook-allow-private", "true", "--delivery-retry-seconds", "0,0,1,1,1,1,1,1",
    ]
    with Watched(upstream.url, tmp_path_factory.mktemp("watched"), name="latchkey-watched", flags=flags) as instance:
        yield instance


@pytest.fixture
def watched(shared):
    yield shared
    shared.delete_webhooks()


def verified(message, secret):
    return Webhook(secret).verify(message.body, message.headers)


def test_an_alert_arrives_by_mail_and_by_webhook_and_is_acknowledged(watched, mail, receiver):
    webhook = watched.create_webhook(receiver.url)
    key = watched.create_key(nickname="Schlüssel für SMS")
    watched.restart_with(key)
    about = f"{key.made['nickname']} has not been used for 100 days."

    found = eventually(lambda: mail.about(about), "the mail")
    assert len(found) == 1
    assert found[0]["To"] == "ops@acme.example" and found[0]["From"] == "Latchkey <latchkey@keys.example>"
    assert found[0].encrypted and found[0].signed_in
    assert "Account: Acme" in found[0].get_content()
    assert re.fullmatch(r"<mal_[0-9a-f]{32}@keys\.example>", found[0]["Message-ID"])

    message = eventually(lambda: receiver.of_type("alert.opened"), "the message")[0]
    document = verified(message, webhook["secret"])
    [alert] = [one for one in watched.alerts(key=key.id)]
    assert document["data"] == alert and alert["rule"] == "unused" and alert["status"] == "open"
    assert alert["key"] == {"id": key.id, "nickname": key.made["nickname"]} and alert["facts"]["days"] == 100
    with pytest.raises(WebhookVerificationError):
        verified(message, "whsec_" + "A" * 43 + "=")

    with watched.sign_in() as dana:
        answer = dana.writes.post(f"{watched.tenant_path()}/alerts/{alert['id']}/acknowledge")
        assert answer.status_code == 200 and answer.json()["status"] == "acknowledged"
    message = eventually(lambda: receiver.of_type("alert.acknowledged"), "the message")[0]
    assert verified(message, webhook["secret"])["data"] == answer.json()
    assert watched.alerts(key=key.id) == []

    # What is known is not told again.
    watched.restart_with()
    assert watched.alerts(key=key.id, status="all") == [answer.json()]
    assert len(mail.about(about)) == 1


def test_a_mail_that_is_refused_is_sent_again(watched, mail):
    key = watched.create_key(nickname="Refused at first")
    mail.refuse(2)
    before = len(mail.tried)
    watched.restart_with(key)
    found = eventually(lambda: mail.about("Refused at first"), "the mail")
    tried = mail.tried[before:]
    assert tried == [found[0]["Message-ID"]] * 3


def test_a_message_that_fails_is_sent_again_and_can_be_replayed(watched, receiver):
    webhook = watched.create_webhook(receiver.url)
    receiver.answer = 503
    sent = watched.test_webhook(webhook)
    eventually(lambda: len(receiver.messages) >= 3, "three attempts")
    receiver.answer = 204
    done = watched.settled(webhook, sent)
    assert [attempt["status_code"] for attempt in done["attempts"]] == [503] * (len(done["attempts"]) - 1) + [204]
    assert done["attempts"][0]["error"] == "It answered 503." and done["attempts"][-1]["error"] is None
    assert {message.id for message in receiver.messages} == {sent["event_id"]}
    assert len({message.headers["webhook-timestamp"] for message in receiver.messages}) >= 1
    for message in receiver.messages:
        assert verified(message, webhook["secret"]) == sent["payload"]

    before = len(receiver.messages)
    answer = watched.operator.post(watched.hooks(webhook["id"], "deliveries", sent["id"], "replay"))
    assert answer.status_code == 202 and answer.json()["status"] == "pending"
    eventually(lambda: len(receiver.messages) > before, "the message once more")
    assert receiver.messages[-1].body == receiver.messages[0].body and receiver.messages[-1].id == sent["event_id"]
    shown = watched.operator.get(watched.hooks(webhook["id"])).json()
    assert shown["last_delivery"]["ok"] and shown["last_delivery"]["status_code"] == 204


def test_what_was_acknowledged_is_delivered_after_kill_9(watched, mail, receiver):
    webhook = watched.create_webhook(receiver.url, events=["alert.opened"])
    key = watched.create_key(nickname="Survives")
    receiver.answer = 500
    mail.refuse(10_000)
    watched.restart_with(key)
    sent = watched.test_webhook(webhook)
    before = len(mail.tried)
    eventually(lambda: receiver.messages and len(mail.tried) > before, "first attempts")
    watched.kill()
    receiver.answer = 204
    mail.refuse(0)
    watched.start()
    assert watched.settled(webhook, sent)["event_id"] == sent["event_id"]
    eventually(lambda: mail.about("Survives"), "the mail")
    eventually(lambda: receiver.of_type("alert.opened"), "the alert")
    assert len(watched.alerts(key=key.id)) == 1


def test_a_rotated_secret_goes_on_for_a_while_beside_the_new_one(watched, receiver):
    webhook = watched.create_webhook(receiver.url)
    rotated = watched.operator.post(watched.hooks(webhook["id"], "rotate-secret")).json()
    ledger.remember(rotated["secret"], f"second secret of {webhook['id']}")
    assert rotated["secret"] != webhook["secret"]
    watched.settled(webhook, watched.test_webhook(webhook))
    [message] = receiver.messages
    assert len(message.headers["webhook-signature"].split(" ")) == 2
    for secret in (webhook["secret"], rotated["secret"]):
        assert verified(message, secret)["type"] == "webhook.test"


def test_the_verifier_that_the_documents_show_works(watched, receiver):
    code = re.search(r"```python\n(.*?)```", (paths.REPO / "docs" / "webhooks.md").read_text(), re.S)[1]
    scope = {}
    exec(code, scope)
    webhook = watched.create_webhook(receiver.url)
    watched.settled(webhook, watched.test_webhook(webhook))
    [message] = receiver.messages
    scope["verify"](webhook["secret"], message.headers, message.body)
    old = {**message.headers, "webhook-timestamp": str(int(message.headers["webhook-timestamp"]) - 301)}
    for headers, body in ((message.headers, message.body + b" "), (old, message.body), ({**message.headers, "webhook-signature": "v1,AAAA"}, message.body)):
        with pytest.raises(ValueError):
            scope["verify"](webhook["secret"], headers, body)


def test_gone_disables_the_webhook_and_its_owners_are_told(watched, mail, receiver):
    webhook = watched.create_webhook(receiver.url)
    receiver.answer = 410
    sent = watched.test_webhook(webhook)
    assert watched.settled(webhook, sent, "failed")["next_attempt_at"] is None
    shown = watched.operator.get(watched.hooks(webhook["id"])).json()
    assert shown["status"] == "disabled" and "410 Gone" in shown["disabled_reason"]
    found = eventually(lambda: mail.about(webhook["id"]), "the mail")
    assert found[0]["To"] == watched.admin_email
    assert watched.operator.post(watched.hooks(webhook["id"], "test")).status_code == 409


def test_a_redirect_is_not_followed(watched, receiver, certificate):
    webhook = watched.create_webhook(receiver.url)
    with Receiver(certificate) as elsewhere:
        receiver.answer, receiver.location = 307, elsewhere.url
        sent = watched.test_webhook(webhook)
        attempts = eventually(lambda: watched.delivery(webhook, sent)["attempts"], "an attempt")
        assert attempts[0]["status_code"] == 307 and "redirects are not followed" in attempts[0]["error"]
        assert elsewhere.messages == []


def test_a_webhook_does_not_lead_into_the_own_network(latchkey):
    """Without --webhook-allow-private, whatever the name of the host says."""
    with Receiver() as receiver:
        path = f"{latchkey.tenant_path()}/webhooks"
        assert latchkey.operator.post(path, json={"url": receiver.url}).status_code == 422
        assert latchkey.operator.post(path, json={"url": f"https://127.0.0.1:{receiver.port}/"}).status_code == 422
        made = latchkey.operator.post(path, json={"url": f"https://localhost:{receiver.port}/"}).json()
        ledger.remember(made["secret"], f"secret of {made['id']}")
        sent = latchkey.operator.post(f"{path}/{made['id']}/test").json()
        log = lambda: latchkey.operator.get(f"{path}/{made['id']}/deliveries").json()["data"][0]["attempts"]
        [attempt] = eventually(log, "an attempt")[:1]
        assert attempt["status_code"] is None and "is not a public one, so nothing was sent" in attempt["error"], sent
        assert receiver.messages == []
        assert latchkey.operator.delete(f"{path}/{made['id']}").status_code == 204


def test_a_password_is_not_shown_to_a_server_without_tls(upstream, password_file, tmp_path):
    with MailServer(user="latchkey", password=PASSWORD) as plain:
        flags = ["--smtp-url", plain.url, "--smtp-from", "latchkey@keys.example", "--smtp-user", "latchkey", "--smtp-password-file", password_file]
        with Watched(upstream.url, tmp_path, name="latchkey-plain-mail", flags=flags) as instance:
            key = instance.create_key(nickname="Not sent")
            instance.restart_with(key)
            eventually(lambda: "mail.not_sent" in instance.process.log(), "a failure")
            assert plain.sign_ins == [] and plain.mails == []


def test_a_trusted_relay_may_go_without_tls(upstream, tmp_path):
    with MailServer() as relay:
        flags = ["--smtp-url", relay.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered"]
        with Watched(upstream.url, tmp_path, name="latchkey-relay", flags=flags) as instance:
            key = instance.create_key(nickname="By relay")
            instance.restart_with(key)
            [found] = eventually(lambda: relay.about("By relay"), "the mail")[:1]
            assert not found.encrypted


def test_rules_decide_what_is_told(watched, mail):
    answer = watched.operator.put(f"{watched.tenant_path()}/alert-rules", json={"rules": [{"rule": "unused", "settings": {"days": 200}}]})
    assert answer.status_code == 200
    young, old = watched.create_key(nickname="Young enough"), watched.create_key(nickname="Too old")
    watched.stop()
    watched.age(young, 150)
    watched.age(old, 250)
    watched.start()
    eventually(lambda: mail.about("Too old has not been used for 250 days."), "the mail")
    assert watched.alerts(key=young.id) == [] and mail.about("Young enough") == []
