"""A third party asks for a key without an account, an admin trims and activates it, and the key goes to the third party's contact."""
import json
import re
import threading
import urllib.parse

import httpx
import pytest
from playwright.sync_api import expect

from harness import contract, ledger
from harness.browser import Console
from harness.latchkey import Key, Latchkey
from harness.mail import MailServer
from harness.receiver import Receiver
from harness.requests import body, pointers
from harness.wait import eventually

NOWHERE = "krq_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5"
TEMPLATES = "/current/integrations/GetChannelTemplates?ChannelID=505"


def asked(**changed):
    return {
        "asker": "Sam Okafor", "organisation": "SMS Partner Ltd", "contact_email": "sam@partner.example", "application": "Template sync",
        "purpose": "Keeps templates the same.", "restrictions": {"operations": ["GetChannelTemplates", "AddChannelTemplates"], "channels": [505]},
    } | changed


class Link:
    """A request link as the third party has it."""

    def __init__(self, latchkey, answer):
        assert answer.status_code == 201, answer.text
        self.latchkey, self.made = latchkey, answer.json()
        self.id = self.made["id"]
        parts = urllib.parse.urlsplit(self.made["url"])
        self.token = ledger.remember(parts.fragment, f"token of {self.id}")
        assert parts.path == f"/request/{self.id}" and len(self.token) == 64 and not parts.query
        self.path = f"{latchkey.tenant_path()}/request-links/{self.id}"

    def send(self, method, rest="", token=None, **options):
        headers = {"Request-Link-Token": self.token if token is None else token} | options.pop("headers", {})
        answer = httpx.request(method, f"{self.latchkey.console_url}/v1/request-links/{self.id}{rest}", headers=headers, trust_env=False, **options)
        return contract.check(answer)

    def submit(self, **changed):
        return self.send("POST", "/submit", json=asked(**changed))

    def seen(self):
        return self.latchkey.operator.get(self.path).json()

    def activate(self, **changed):
        draft = body(nickname="Template sync", contact_email="sam@partner.example", restrictions={"operations": ["GetChannelTemplates"], "channels": [505]})
        return self.latchkey.operator.post(f"{self.path}/activate", json=draft | changed)


def make(latchkey, **fields):
    return Link(latchkey, latchkey.operator.post(f"{latchkey.tenant_path()}/request-links", json=fields))


@pytest.fixture(scope="module")
def mail():
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(sample_api, mail, tmp_path_factory):
    flags = [
        "--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered", "--console-url", "https://keys.example/",
        "--webhook-allow-private", "true",
    ]
    with Latchkey(sample_api.url, tmp_path_factory.mktemp("requests"), name="latchkey-requests", flags=flags) as instance:
        yield instance


def test_the_whole_story(mailing, mail):
    """Made by an admin, filled in by a stranger, told, trimmed, activated, mailed to the contact."""
    with Receiver() as receiver, mailing.sign_in() as admin:
        webhook = mailing.operator.post(f"{mailing.tenant_path()}/webhooks", json={"url": receiver.url, "events": ["key_request.submitted"]}).json()
        ledger.remember(webhook["secret"], f"secret of {webhook['id']}")
        link = Link(mailing, admin.writes.post(f"{mailing.tenant_path()}/request-links", json={"note": "For the templates."}))
        form = link.send("GET").json()
        assert (form["status"], form["account"], form["note"]) == ("open", "Acme", "For the templates.")
        assert "GetChannelTemplates" in {operation["id"] for group in form["offer"]["groups"] for operation in group["operations"]}
        assert "SendTransactionalMail" not in json.dumps(form["offer"])
        sent = link.submit()
        assert sent.status_code == 200 and "sam@partner.example" not in sent.text

        told = eventually(lambda: mail.about(link.id), "a mail to who made the link")[0]
        assert told["To"] == mailing.admin_email and "Sam" not in str(told["Subject"])
        assert f"https://keys.example/settings/general/request-links/{link.id}" in told.get_content()
        assert link.token not in told.as_string()
        message = eventually(lambda: receiver.of_type("key_request.submitted"), "a message")[0]
        assert message.document["data"]["id"] == link.id and message.document["data"]["asker"] == "Sam Okafor"

        seen = link.seen()
        assert seen["status"] == "submitted" and seen["asked"]["restrictions"]["channels"] == [505]
        made = link.activate()
        assert made.status_code == 201 and "secret" not in made.json() and made.json()["hand_over"]["kind"] == "link"
        handed = eventually(lambda: mail.to("sam@partner.example"), "the one-time link")[0].get_content()
        assert re.search(r"https://keys\.example/collect/hnd_[0-9a-f]+#[0-9a-f]{64}", handed)
        ledger.remember(re.search(r"#([0-9a-f]{64})", handed).group(1), "fragment of a hand-over")
        assert made.json()["restrictions"]["operations"] == ["GetChannelTemplates"]
        assert link.seen()["key_id"] == made.json()["id"]


def test_many_who_activate_at_once_get_one_key(mailing):
    link = make(mailing)
    assert link.submit().status_code == 200
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(link.activate())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_correction_replaces_what_was_sent_until_somebody_answers(mailing):
    link = make(mailing)
    assert link.submit().status_code == 200
    assert link.submit(contact_email="right@partner.example").status_code == 200
    seen = link.seen()
    assert seen["submissions"] == 2 and seen["asked"]["contact_email"] == "right@partner.example"
    for _ in range(2):
        declined = mailing.operator.post(f"{link.path}/decline")
        assert declined.status_code == 200 and declined.json()["status"] == "declined"
    assert link.submit().status_code == 409
    assert link.activate().status_code == 409
    assert link.send("GET").json()["offer"] is None


def test_without_the_right_token_there_is_nothing(mailing):
    link = make(mailing)
    nowhere = make(mailing)
    nowhere.id = NOWHERE
    answers = [each.send(method, rest, token=token, headers={"X-Request-Id": "same"}, **options)
               for each in (link, nowhere) for token in ("", "x", "0" * 64)
               for method, rest, options in (("GET", "", {}), ("POST", "/submit", {"json": asked()}))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert link.seen()["status"] == "open"


def test_what_strangers_write_is_judged(mailing):
    link = make(mailing)
    wrong = link.submit(
        asker="Sam\r\nBcc: all@acme.example", organisation="Acme \u202e", contact_email="a@b.example\nBcc: c@d.example", application=" ",
        purpose="\u200b", restrictions={"operations": ["SendTransactionalMail"], "channels": [9], "attributes": ["Nope"], "ip_ranges": ["x"]})
    assert pointers(wrong) == {
        "/asker", "/organisation", "/contact_email", "/application", "/purpose", "/restrictions/operations/0", "/restrictions/channels/0",
        "/restrictions/attributes/0", "/restrictions/ip_ranges/0"}
    assert pointers(link.submit(restrictions={})) == {"/restrictions/operations"}
    kept = link.submit(asker="<img src=x onerror=alert(1)>", purpose="<script>1</script>")
    assert kept.status_code == 200 and link.seen()["asked"]["asker"] == "<img src=x onerror=alert(1)>"


def test_links_end_and_are_bounded(mailing):
    path = f"{mailing.tenant_path()}/request-links"
    link = make(mailing, life_seconds=3600, access_type="integrations")
    assert mailing.operator.post(f"{link.path}/decline").status_code == 409
    assert link.activate().status_code == 409
    for _ in range(2):
        withdrawn = mailing.operator.post(f"{link.path}/withdraw")
        assert withdrawn.status_code == 200 and withdrawn.json()["status"] == "withdrawn"
    assert link.send("GET").json()["status"] == "withdrawn" and link.submit().status_code == 409
    sent = make(mailing)
    sent.submit()
    assert mailing.operator.post(f"{sent.path}/withdraw").status_code == 409
    assert pointers(mailing.operator.post(path, json={"note": "x" * 501, "access_type": "admin", "life_seconds": 60})) == {
        "/note", "/access_type", "/life_seconds"}
    first = mailing.operator.get(path, params={"limit": 1}).json()
    second = mailing.operator.get(path, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["data"][0]["id"] != second["data"][0]["id"]
    other = mailing.create_tenant()["id"]
    for _ in range(100):
        assert mailing.operator.post(f"/v1/tenants/{other}/request-links", json={}).status_code == 201
    assert mailing.operator.post(f"/v1/tenants/{other}/request-links", json={}).status_code == 409


def test_who_may_and_what_is_malformed(mailing):
    path = f"{mailing.tenant_path()}/request-links"
    link = make(mailing)
    assert link.submit().status_code == 200
    viewer = mailing.create_user(role="viewer")
    posts = (path, f"{link.path}/withdraw", f"{link.path}/decline", f"{link.path}/activate")
    with mailing.sign_in(viewer["email"], viewer["password"]) as person, mailing.client() as nobody:
        assert person.reads.get(path).status_code == 200 and person.reads.get(link.path).status_code == 200
        for post in posts:
            assert person.writes.post(post, json={}).status_code == 403
            assert nobody.post(post, json={}).status_code == 401
        assert nobody.get(path).status_code == nobody.get(link.path).status_code == 401
    json_type = {"Content-Type": "application/json"}
    for post in posts:
        assert mailing.operator.post(post, content="{", headers=json_type).status_code == 400
        assert mailing.operator.post(post, content="x" * (1024 * 1024 + 1), headers=json_type).status_code == 413
        assert mailing.operator.post(post, content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
        assert mailing.operator.post(post, json={"x": 1}).status_code == 422
        assert mailing.operator.post(post.replace(mailing.tenant_id, NOWHERE).replace(link.id, NOWHERE), json={}).status_code == 404
    assert mailing.operator.get(path, params={"limit": 0}).status_code == 400
    assert mailing.operator.get(path.replace(mailing.tenant_id, NOWHERE)).status_code == 404
    assert mailing.operator.get(link.path.replace(link.id, NOWHERE)).status_code == 404
    assert link.send("POST", "/submit", content="{", headers=json_type).status_code == 400
    assert link.send("POST", "/submit", content="x" * (64 * 1024 + 1), headers=json_type).status_code == 413
    assert link.send("POST", "/submit", content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert link.seen()["status"] == "submitted"


def test_without_a_mail_server_the_secret_is_shown_and_strangers_are_slowed(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-requests-alone") as alone:
        link = make(alone)
        assert link.submit().status_code == 200
        made = link.activate()
        assert made.status_code == 201 and made.json()["hand_over"]["kind"] == "show"
        key = Key(made.json()["id"], alone.tenant_id, ledger.remember(made.json()["secret"], made.json()["id"]), made.json())
        assert alone.call(key, TEMPLATES).status == 200
        again = link.activate()
        assert again.status_code == 200 and "secret" not in again.json() and again.headers["Idempotent-Replayed"] == "true"
        for again in (lambda: link.send("GET"), link.submit):
            refused = next(answer for answer in (again() for _ in range(400)) if answer.status_code == 429)
            assert refused.headers["Retry-After"] and refused.json()["code"] == "too_many_requests"
        assert alone.operator.get(link.path).status_code == 200


def fill_in(page):
    page.get_by_label("Your name").fill("Sam Okafor")
    page.get_by_label("Organisation").fill("SMS Partner Ltd")
    page.get_by_label("Contact Email").fill("keys@partner.example")
    page.get_by_role("textbox", name="Application", exact=True).fill("Nightly sync")
    page.get_by_label("What it does").fill("Keeps SMS templates the same in both systems.")
    page.get_by_role("checkbox", name="GetChannelTemplates", exact=True).check()
    page.get_by_role("checkbox", name="AddChannelTemplates", exact=True).check()


def test_the_whole_story_in_browsers(mailing, mail):
    with Console(mailing.console_url) as admin:
        admin.open("/")
        admin.sign_in(mailing.admin_email, mailing.admin_password)
        page = admin.page
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Request links").click()
        page.get_by_role("button", name=re.compile("request link")).first.click()
        page.get_by_label("Note to the third party").fill("For the nightly sync.")
        page.get_by_role("button", name="Make link").click()
        shown = page.get_by_role("textbox", name="Request link").inner_text().strip()
        token = ledger.remember(shown.partition("#")[2], "token of a request link made in the console")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("link", name="For the nightly sync.")).to_be_visible()
        admin.assert_nowhere_kept(token)

        # A stranger, in a browser that has never been here. Playwright has one at a time in a thread.
        stranger = admin._browser.new_context(locale="en-GB")
        theirs = stranger.new_page()
        requested = []
        theirs.on("request", lambda request: requested.append(request.url))
        theirs.goto(shown)
        expect(theirs.get_by_role("heading", name="Ask Acme for an API key")).to_be_visible()
        fill_in(theirs)
        expect(theirs.get_by_text("Nightly sync asks Acme to let it call 2 operations")).to_be_visible()
        theirs.get_by_role("button", name="Send request").click()
        expect(theirs.get_by_role("heading", name="Your request was sent")).to_be_visible()
        assert not any(token in url.partition("#")[0] for url in requested)

        page.reload()
        page.get_by_role("link", name="Nightly sync").click()
        expect(page.get_by_text("Anybody with the link could have written this")).to_be_visible()
        page.get_by_role("checkbox", name="AddChannelTemplates", exact=True).uncheck()
        admin.shoot("24-request-draft")
        page.get_by_role("button", name="Activate key").click()
        expect(page.get_by_role("heading", name="Nightly sync is active")).to_be_visible()
        text = eventually(lambda: mail.to("keys@partner.example"), "the one-time link")[0].get_content()
        collect = re.search(r"/collect/hnd_[0-9a-f]+#([0-9a-f]{64})", text)
        ledger.remember(collect.group(1), "fragment of a hand-over")
        theirs.goto(mailing.console_url + collect.group(0))
        theirs.get_by_role("button", name="Show the key").click()
        field = theirs.get_by_role("textbox", name="API key")
        expect(field).to_be_visible()
        secret = ledger.remember(field.inner_text().strip(), "secret that the third party collected")
        key = Key("", mailing.tenant_id, secret, {})
        assert mailing.call(key, TEMPLATES).status == 200
        assert mailing.call(key, "/current/integrations/AddChannelTemplates", "POST").status == 403
        theirs.goto("about:blank")
        theirs.goto(shown)
        expect(theirs.get_by_role("heading", name="Your request was granted")).to_be_visible()
        stranger.close()
        admin.assert_no_complaints()
