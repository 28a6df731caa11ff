"""What must happen once happens once, whichever of three nodes does it."""
import datetime
import itertools
import threading
import time

import pytest

from harness import ledger
from harness.latchkey import PLAIN
from harness.mail import MailServer
from harness.receiver import Receiver
from harness.wait import eventually
from rig.cluster import Cluster

DAY_MS = 86_400_000
# Long enough for a second node to do again what a first one did.
SETTLES_S = 3


@pytest.fixture(scope="module")
def mail():
    with MailServer() as server:
        yield server


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


@pytest.fixture
def cluster(sample_api, postgres, mail, tmp_path):
    flags = [
        "--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered", "--webhook-allow-private", "true",
        "--delivery-retry-seconds", "0,0,1,1,1,1,1,1",
    ]
    with Cluster(sample_api.url, [postgres], tmp_path, flags=flags) as instance:
        yield instance


def create_webhook(node, url):
    answer = node.operator.post(f"{node.tenant_path()}/webhooks", json={"url": url})
    assert answer.status_code == 201, answer.text
    ledger.remember(answer.json()["secret"], f"secret of {answer.json()['id']}")
    return answer.json()


def age(cluster, key, days=100):
    """Makes a key look as if it had been made so many days ago."""
    cluster.sql(f"UPDATE api_keys SET created_at = created_at - {days * DAY_MS} WHERE id = '\\x{key.id.removeprefix('key_')}';")


def test_an_alert_is_opened_once_and_told_once(cluster, mail, receiver):
    create_webhook(cluster.nodes[0], receiver.url)
    keys = [node.create_key() for node in cluster.nodes]
    for node in cluster.nodes:
        node.stop()
    for key in keys:
        age(cluster, key)
    # All of them look at the age of keys when they start.
    cluster.start_all()
    for key in keys:
        eventually(lambda: mail.about(f"{key.made['nickname']} has not been used for 100 days."), "the mail", seconds=60)
    eventually(lambda: len(receiver.of_type("alert.opened")) >= len(keys), "the messages")
    time.sleep(SETTLES_S)
    for key in keys:
        assert len(mail.about(f"{key.made['nickname']} has not been used for 100 days.")) == 1
    told = [message.document["data"]["key"]["id"] for message in receiver.of_type("alert.opened")]
    assert sorted(told) == sorted(key.id for key in keys)
    alerts = cluster.nodes[1].operator.get(f"{cluster.nodes[1].tenant_path()}/alerts").json()["data"]
    assert sorted(alert["key"]["id"] for alert in alerts) == sorted(key.id for key in keys)


def test_a_reminder_is_sent_once_whoever_looks(cluster, mail):
    tomorrow = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=20)).isoformat()
    keys = [node.create_key(nickname=f"Ending {node.name}", expires_at=tomorrow) for node in cluster.nodes]
    # Each looks at every key when it begins to look after them, and each does once the others are gone.
    for node in cluster.nodes:
        node.restart()
    for key in keys:
        eventually(lambda: mail.about(f"{key.made['nickname']} expires in a day."), "the reminder", seconds=60)
    for node in cluster.nodes:
        node.restart()
    time.sleep(SETTLES_S)
    for key in keys:
        assert len(mail.about(f"{key.made['nickname']} expires in a day.")) == 1


def test_webhook_messages_are_sent_once_by_whoever_sends(cluster, receiver):
    webhook = create_webhook(cluster.nodes[0], receiver.url)
    for node in itertools.islice(itertools.cycle(cluster.nodes), 12):
        assert node.operator.post(f"{node.tenant_path()}/webhooks/{webhook['id']}/test").status_code == 202
    eventually(lambda: len(receiver.messages) >= 12, "the messages")
    time.sleep(SETTLES_S)
    ids = [message.id for message in receiver.messages]
    assert len(ids) == len(set(ids)) == 12


def test_another_node_takes_over_when_the_one_that_sends_dies(cluster, receiver):
    webhook = create_webhook(cluster.nodes[0], receiver.url)
    for victim in cluster.nodes:
        victim.kill()
        before, node = len(receiver.messages), next(node for node in cluster.nodes if node.process)
        assert node.operator.post(f"{node.tenant_path()}/webhooks/{webhook['id']}/test").status_code == 202
        eventually(lambda: len(receiver.messages) > before, "a message after the death of a node", seconds=60)
        victim.start()
    ids = [message.id for message in receiver.messages]
    assert len(ids) == len(set(ids)) == 3


def usage_total(node):
    answer = node.operator.get(f"{node.tenant_path()}/usage")
    assert answer.status_code == 200, answer.text
    return answer.json()["total"]


def test_uses_at_all_nodes_are_added_up_exactly(cluster):
    key, each = cluster.nodes[0].create_key(), 200
    cluster.await_everywhere(key)
    eventually(lambda: usage_total(cluster.nodes[0]) >= 3, "the first uses to be counted")
    time.sleep(SETTLES_S)
    before = usage_total(cluster.nodes[0])

    def use(node):
        for _ in range(each):
            assert node.authz("GET", PLAIN, key.headers).status == 200

    users = [threading.Thread(target=use, args=(node,)) for node in cluster.nodes]
    for user in users:
        user.start()
    for user in users:
        user.join()
    for node in cluster.nodes:
        eventually(lambda: usage_total(node) >= before + 3 * each, f"{node.name} to know of all uses")
        assert usage_total(node) == before + 3 * each
    # The same after those that counted have ended.
    cluster.nodes[0].restart()
    assert usage_total(cluster.nodes[0]) == before + 3 * each
