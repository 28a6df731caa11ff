"""A key's life in a real browser: rotated while a client keeps calling without one refusal, handed over by a link that opens
once, deleted and restored."""
import re
import threading

import pytest
from playwright.sync_api import expect

from harness import ledger
from harness.browser import Console
from harness.latchkey import PLAIN, Key, Latchkey
from harness.mail import MailServer
from harness.wait import eventually


@pytest.fixture
def mail():
    with MailServer() as server:
        yield server


@pytest.fixture
def latchkey(sample_api, mail, tmp_path):
    # The address that links are mailed with is only known once it listens, so they are opened at that one.
    flags = ["--smtp-url", mail.url, "--smtp-from", "latchkey@keys.example", "--smtp-tls", "offered", "--console-url", "https://keys.example/"]
    with Latchkey(sample_api.url, tmp_path, name="latchkey-console-rotation", flags=flags) as instance:
        yield instance


@pytest.fixture
def console(latchkey):
    with Console(latchkey.console_url) as opened:
        opened.open("/")
        opened.sign_in(latchkey.admin_email, latchkey.admin_password)
        yield opened


class Caller:
    """An application that never stops calling, with whichever secret it was given last."""

    def __init__(self, latchkey, key):
        self.latchkey, self.key = latchkey, key
        self.calls, self.refused = {}, []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.is_set():
            key = self.key
            answer = self.latchkey.call(key, PLAIN, headers={"User-Agent": "acme-sms/4.2"})
            self.calls[key.secret] = self.calls.get(key.secret, 0) + 1
            if answer.status != 200:
                self.refused.append(answer.verdict)

    def calls_on(self, key):
        before = self.calls.get(key.secret, 0)
        eventually(lambda: self.calls.get(key.secret, 0) > before + 20, "more calls")


def secret_shown(page):
    field = page.get_by_role("textbox", name="API key")
    expect(field).to_be_visible()
    return ledger.remember(field.inner_text().strip(), "secret shown in the console")


def test_a_key_is_rotated_in_the_console_while_a_client_keeps_calling_without_one_refusal(latchkey, console):
    page = console.page
    old = latchkey.create_key("admin", nickname="Acme SMS Partner")
    with Caller(latchkey, old) as caller:
        caller.calls_on(old)
        console.open(f"/settings/general/api-keys/{old.id}/rotation")
        expect(page.get_by_text("the 1st of this key")).to_be_visible()
        console.shoot("17-rotation")
        page.get_by_role("button", name="Rotate", exact=True).click()
        dialog = page.get_by_role("dialog", name="Rotate Acme SMS Partner")
        expect(dialog.get_by_text("Old and new both work for 24 hours.")).to_be_visible()
        dialog.get_by_role("radio", name="1 hour", exact=True).check()
        console.shoot("18-rotate", whole=False)
        dialog.get_by_role("button", name="Rotate key").click()
        secret = secret_shown(page)
        assert secret != old.secret
        console.assert_nowhere_kept(secret)
        caller.calls_on(old)
        page.get_by_role("checkbox", name="I have stored it").check()
        page.get_by_role("button", name="Done").click()

        # Both side by side, and who still uses the old one.
        before = page.get_by_role("region", name="Old secret")
        after = page.get_by_role("region", name="New secret")
        expect(before.get_by_text("Still in use")).to_be_visible()
        expect(before.get_by_text("127.0.0.1")).to_be_visible()
        expect(before.get_by_text("acme-sms/4.2")).to_be_visible()
        expect(after.get_by_text("Never used")).to_be_visible()
        console.shoot("19-rotating")

        # The application switches; the page says so by itself.
        new = Key(old.id, old.tenant_id, secret, old.made)
        caller.key = new
        caller.calls_on(new)
        expect(after.get_by_text("In use")).to_be_visible()
        expect(page.get_by_role("button", name="Rotate again")).to_have_count(0)
        assert latchkey.call(old).status == 200

        page.get_by_role("button", name="Finish now").click()
        asked = page.get_by_role("dialog", name="Finish the rotation now?")
        expect(asked.get_by_text("from 127.0.0.1")).to_be_visible()
        console.shoot("20-finish", whole=False)
        asked.get_by_role("button", name="End the old secret").click()
        expect(page.get_by_role("list", name="Ended secrets")).to_be_visible()
        assert latchkey.call(old).verdict == (401, "key_expired")
        caller.calls_on(new)
    assert caller.refused == []
    assert min(caller.calls[old.secret], caller.calls[new.secret]) > 20
    console.assert_nowhere_kept(secret)
    console.assert_no_complaints()


def test_a_rotation_is_cancelled_in_the_console_and_a_new_secret_nobody_used_is_replaced(latchkey, console):
    page = console.page
    old = latchkey.create_key("admin", nickname="Second thoughts")
    console.open(f"/settings/general/api-keys/{old.id}/rotation")
    secrets = []
    for button in ("Rotate", "Rotate again"):
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("button", name="Rotate key").click()
        secrets.append(Key(old.id, old.tenant_id, secret_shown(page), old.made))
        page.get_by_role("checkbox", name="I have stored it").check()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("region", name="New secret")).to_be_visible()
    assert [latchkey.call(key).status for key in (old, *secrets)] == [200, 401, 200]
    page.get_by_role("button", name="Cancel rotation").click()
    page.get_by_role("dialog").get_by_role("button", name="End the new secret").click()
    expect(page.get_by_role("heading", name="Secret", exact=True)).to_be_visible()
    assert [latchkey.call(key).status for key in (old, *secrets)] == [200, 401, 401]
    console.assert_no_complaints()


def test_a_key_that_was_made_in_the_console_is_collected_by_its_contact_alone(latchkey, mail, console):
    page = console.page
    console.open("/settings/general/api-keys/new")
    page.get_by_label("Nickname").fill("Newsletter")
    page.get_by_label("Contact Email").fill("partner@acme.example")
    page.get_by_role("radio", name="Admin").check()
    page.get_by_role("radio", name="Mail a one-time link").check()
    page.get_by_role("button", name="Activate key").click()
    expect(page.get_by_role("heading", name="Newsletter is active")).to_be_visible()
    handed = page.get_by_role("list", name="Hand-overs")
    expect(handed.get_by_text("Not opened yet")).to_be_visible()
    console.shoot("21-handed-over")

    text = eventually(lambda: mail.mails, "a mail")[0].get_content()
    link, fragment = re.search(r"https://keys\.example(/collect/hnd_[0-9a-f]+)#([0-9a-f]{64})", text).groups()
    ledger.remember(fragment, link)
    made = latchkey.operator.get(latchkey.keys_path(), params={"q": "Newsletter"}).json()["data"][0]
    with console.stranger() as stranger:
        other = stranger.page
        stranger.open(f"{link}#{fragment}")
        expect(other.get_by_text("hands over the API key Newsletter")).to_be_visible()
        assert fragment not in other.url
        stranger.shoot("22-collect")
        other.get_by_role("button", name="Show the key").click()
        secret = secret_shown(other)
        assert latchkey.call(Key(made["id"], latchkey.tenant_id, secret, made)).status == 200
        stranger.shoot("23-collected")
        stranger.assert_nowhere_kept(secret)
        assert not any(secret in url for url in stranger.requested)
        other.get_by_role("checkbox", name="I have stored it").check()
        other.get_by_role("button", name="Done").click()
        expect(other.get_by_role("heading", name="Done")).to_be_visible()
        assert secret not in other.content()
        other.goto("about:blank")
        stranger.open(f"{link}#{fragment}")
        expect(other.get_by_role("heading", name="This link has been opened")).to_be_visible()
        stranger.assert_no_complaints()

    expect(handed.get_by_text("Opened", exact=True)).to_be_visible()
    expect(handed.get_by_text("127.0.0.1")).to_be_visible()
    console.assert_no_complaints()


def test_a_key_is_deleted_and_restored_in_the_console(latchkey, console):
    page = console.page
    key = latchkey.create_key("admin", nickname="By mistake")
    console.open(f"/settings/general/api-keys/{key.id}")
    page.get_by_role("button", name="Delete").click()
    page.get_by_label("Type By mistake to confirm").fill("By mistake")
    page.get_by_role("button", name="Delete key").click()
    expect(page.get_by_text("it is gone for good")).to_be_visible()
    assert latchkey.call(key).verdict == (401, "unknown_key")
    console.open("/settings/general/api-keys?status=deleted")
    page.get_by_role("link", name="By mistake").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
    assert latchkey.call(key).status == 200
    console.assert_no_complaints()


def test_the_key_policy_is_set_in_the_console_and_holds(latchkey, console):
    page = console.page
    console.open("/settings/security/key-policy")
    page.get_by_label("Longest life of a key, in days").fill("30")
    page.get_by_role("radio", name="Disable the key").check()
    page.get_by_role("button", name="Save policy").click()
    expect(page.get_by_text("The key policy is saved.")).to_be_visible()
    console.shoot("24-key-policy")
    policy = latchkey.operator.get(f"{latchkey.tenant_path()}/key-policy").json()
    assert (policy["max_lifetime_days"], policy["on_due"]) == (30, "disable")
    assert latchkey.create_key("admin").made["expires_at"] is not None
    console.assert_no_complaints()
