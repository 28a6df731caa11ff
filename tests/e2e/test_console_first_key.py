"""The main job, in a real browser: a key that an admin makes in the console opens exactly what it should, until it is
revoked there."""
import subprocess

import pytest
from playwright.sync_api import expect

from harness import contract, ledger
from harness.browser import Console
from harness.latchkey import Key, Latchkey

BY_CHANNEL = "/current/actions/GetExecutedCampaignsByChannel?ChannelID={}&Date=2026-05-01"
ONE_TIME = "/current/customers/GetCustomerOneTimeActionsByCampaign?CampaignID=242&ChannelID=504&CustomerAttributes={}"
INTERACTIONS = "/current/customers/GetCustomerChannelInteractions?CustomerID=841231&StartDate=2026-01-01&EndDate=2026-12-31"
ALL_ACTIONS = "/current/actions/GetAllActions"


@pytest.fixture
def latchkey(sample_api, tmp_path):
    """One that nobody has made a key with."""
    with Latchkey(sample_api.url, tmp_path, name="latchkey-console") as instance:
        yield instance


@pytest.fixture
def console(latchkey):
    with Console(latchkey.console_url) as opened:
        yield opened


def secret_shown(console):
    field = console.page.get_by_role("textbox", name="API key")
    expect(field).to_be_visible()
    return ledger.remember(field.inner_text().strip(), "secret shown in the console")


def test_a_key_made_in_the_console_opens_exactly_what_it_should_until_it_is_revoked_there(latchkey, console):
    page = console.page

    console.open("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    console.shoot("01-sign-in")
    console.sign_in(latchkey.admin_email, latchkey.admin_password)

    # Signing in lands on Settings > General > API Key Management.
    expect(page.get_by_role("heading", name="API Key Management")).to_be_visible()
    assert console.path == "/settings/general/api-keys"
    expect(page.get_by_role("heading", name="No API keys yet")).to_be_visible()
    console.shoot("02-empty-list")

    page.get_by_role("button", name="+ New API Key").click()
    page.get_by_label("Nickname").fill("Acme SMS Partner")
    page.get_by_label("Contact Email").fill("partner@acme.example")
    page.get_by_role("radio", name="Integrations").check()
    console.pick("Channels", "504 Email")
    console.pick("Attributes", "Alias", "Country")
    console.shoot("03-new-key-form")
    page.get_by_role("button", name="Activate key").click()

    expect(page.get_by_role("heading", name="Your new API key")).to_be_visible()
    secret = secret_shown(console)
    assert secret.startswith("lk_live_")
    console.shoot("04-reveal")
    console.assert_nowhere_kept(secret)

    page.get_by_role("checkbox", name="I have stored it").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Acme SMS Partner")).to_be_visible()
    assert secret not in page.content()
    console.shoot("05-key-page")

    # What the key opens, and what it does not.
    listed = latchkey.operator.get(latchkey.keys_path(), params={"q": "Acme SMS Partner"}).json()["data"]
    limited = Key(listed[0]["id"], latchkey.tenant_id, secret, listed[0])
    assert latchkey.call(limited, BY_CHANNEL.format(504)).status == 200
    refused = latchkey.call(limited, BY_CHANNEL.format(505))
    assert refused.verdict == (403, "channel_not_permitted")
    assert "505" in refused.json()["detail"]
    assert latchkey.call(limited, ONE_TIME.format("Alias;Country")).status == 200
    refused = latchkey.call(limited, ONE_TIME.format("Alias;Email"))
    assert refused.verdict == (403, "attribute_not_permitted")
    assert "Email" in refused.json()["detail"]
    assert latchkey.call(limited, ALL_ACTIONS).verdict == (403, "operation_not_permitted")
    seen = latchkey.call(limited, INTERACTIONS)
    assert seen.status == 200
    rows = seen.json()
    assert rows and {row["ChannelID"] for row in rows} == {504}

    # An Admin key gets them all.
    admin = latchkey.create_key("admin", nickname="Acme Reporting")
    for target in (BY_CHANNEL.format(504), BY_CHANNEL.format(505), ONE_TIME.format("Alias;Email"), ALL_ACTIONS):
        assert latchkey.call(admin, target).status == 200, target
    everything = latchkey.call(admin, INTERACTIONS).json()
    assert len({row["ChannelID"] for row in everything}) > 1
    assert [row for row in everything if row["ChannelID"] == 504] == rows

    console.open("/settings/general/api-keys")
    expect(page.get_by_role("link", name="Acme SMS Partner")).to_be_visible()
    expect(page.get_by_role("link", name="Acme Reporting")).to_be_visible()
    console.shoot("06-list")

    page.get_by_role("link", name="Acme SMS Partner").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    dialog = page.get_by_role("dialog", name="Revoke Acme SMS Partner?")
    confirm = dialog.get_by_role("button", name="Revoke key")
    expect(confirm).to_be_disabled()
    dialog.get_by_label("Type Acme SMS Partner to confirm").fill("Acme SMS")
    expect(confirm).to_be_disabled()
    dialog.get_by_label("Type Acme SMS Partner to confirm").fill("Acme SMS Partner")
    console.shoot("07-revoke-dialog", whole=False)
    with page.expect_response(lambda response: "/revoke?" in response.url) as answered:
        confirm.click()
    assert answered.value.status == 200
    assert latchkey.call(limited, BY_CHANNEL.format(504)).verdict == (401, "key_revoked")

    expect(dialog).to_be_hidden()
    expect(page.get_by_text("for good: its calls are refused with")).to_be_visible()
    expect(page.get_by_role("button", name="Revoke", exact=True)).to_have_count(0)
    console.shoot("08-revoked")
    assert latchkey.call(admin, BY_CHANNEL.format(504)).status == 200
    console.assert_no_complaints()


def test_the_curl_line_of_the_console_works_as_pasted(latchkey, console):
    page = console.page
    console.open("/")
    console.sign_in(latchkey.admin_email, latchkey.admin_password)
    console.open("/settings/general/api-keys/new")
    page.get_by_label("Nickname").fill("Pasted")
    page.get_by_label("Contact Email").fill("ops@acme.example")
    page.get_by_role("radio", name="Admin").check()
    page.get_by_role("button", name="Activate key").click()
    secret = secret_shown(console)
    line = page.get_by_role("tabpanel").filter(has_text="X-API-KEY").locator("pre, code").first.inner_text()
    assert secret in line and line.startswith("curl ")
    ran = subprocess.run(
        ["bash", "-c", line.replace("curl ", "curl --silent --show-error --fail ", 1)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, (line, ran.stderr)
    assert ran.stdout.strip().startswith(("{", "["))


def test_the_key_cannot_be_lost_by_a_stray_click_escape_or_the_back_button(latchkey, console):
    page = console.page
    console.open("/")
    console.sign_in(latchkey.admin_email, latchkey.admin_password)
    page.get_by_role("button", name="+ New API Key").click()
    page.get_by_label("Nickname").fill("Kept in sight")
    page.get_by_label("Contact Email").fill("ops@acme.example")
    page.get_by_role("radio", name="Transactional").check()
    page.get_by_role("button", name="Activate key").click()
    secret = secret_shown(console)
    field = page.get_by_role("textbox", name="API key")

    page.keyboard.press("Escape")
    page.mouse.click(3, 300)
    expect(field).to_have_text(secret)
    page.go_back()
    asked = page.get_by_role("dialog", name="Is the key stored?")
    expect(asked).to_be_visible()
    expect(asked.get_by_role("button", name="Leave")).to_be_disabled()
    asked.get_by_role("button", name="Stay here").click()
    expect(field).to_have_text(secret)
    page.get_by_role("link", name="API Key Management").first.click()
    expect(asked).to_be_visible()
    asked.get_by_role("checkbox", name="I have stored it").check()
    asked.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("link", name="Kept in sight")).to_be_visible()
    console.assert_nowhere_kept(secret)


def test_the_rendered_reference_shows_every_operation(latchkey, console):
    console.open("/docs")
    for _, _, operation in contract.operations():
        expect(console.page.get_by_text(operation["summary"]).first).to_be_attached()
    assert all(url.startswith((latchkey.console_url, "data:", "blob:")) for url in console.requested)
    console.assert_no_complaints()


def test_a_page_that_the_browser_already_has_still_works(latchkey, console):
    """A 304 must not take the page's own policy away."""
    for _ in range(3):
        console.open("/")
        expect(console.page.get_by_role("heading", name="Sign in")).to_be_visible()
    console.sign_in(latchkey.admin_email, latchkey.admin_password)
    for _ in range(2):
        console.page.reload()
        expect(console.page.get_by_role("heading", name="API Key Management")).to_be_visible()
