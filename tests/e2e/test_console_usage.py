"""The usage pages of the console in a real browser, over traffic that went through the gateway: the page shows the numbers
that were sent, and so does the table behind the chart."""
import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from harness import paths
from harness.browser import Console
from harness.latchkey import PLAIN, Latchkey
from harness.wait import eventually

PROMOTIONS = "/current/integrations/GetPromotions"


@pytest.fixture
def latchkey(sample_api, tmp_path):
    with Latchkey(sample_api.url, tmp_path, name="latchkey-console-usage", catalog=paths.CATALOG) as instance:
        yield instance


def number(text):
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def figure(page, label):
    terms = page.get_by_label("In short").locator("div", has=page.get_by_role("term").get_by_text(label, exact=True))
    return number(terms.get_by_role("definition").first.inner_text())


def column_sums(page):
    """The sums of each column of the table behind the chart."""
    page.get_by_role("button", name="Show as table: Requests over time").click()
    rows = page.get_by_role("table", name="Requests over time").get_by_role("row").all_inner_texts()
    names = rows[0].split("\t")[1:]
    sums = Counter()
    for row in rows[1:]:
        for name, cell in zip(names, row.split("\t")[1:]):
            sums[name] += number(cell)
    return sums


def test_the_pages_show_the_numbers_that_were_sent(latchkey):
    keys = [latchkey.create_key("admin", nickname="Reporting"), latchkey.create_key("integrations", nickname="Partner", channels=[504])]
    sent = Counter()
    for key, target, times, allowed in (
        (keys[0], PLAIN, 12, True), (keys[0], PROMOTIONS, 7, True), (keys[0], "/nowhere", 4, False),
        (keys[1], "/current/actions/GetExecutedCampaignsByChannel?ChannelID=504", 9, True),
        (keys[1], "/current/actions/GetExecutedCampaignsByChannel?ChannelID=505", 5, False),
    ):
        for _ in range(times):
            assert (latchkey.call(key, target).status == 200) == allowed
        sent[key.id, allowed] += times
    usage = f"{latchkey.tenant_path()}/usage"
    eventually(lambda: latchkey.operator.get(usage).json()["total"] == 37, "every request to be counted")

    with Console(latchkey.console_url) as console:
        page = console.page
        console.open("/")
        console.sign_in(latchkey.admin_email, latchkey.admin_password)
        page.get_by_role("link", name="Usage").click()
        expect(page.get_by_role("heading", name="Usage", level=1)).to_be_visible()
        expect(page.get_by_label("In short").get_by_text("28 allowed")).to_be_visible()
        assert (figure(page, "Requests"), figure(page, "Refused")) == (37, 9)
        operations = page.get_by_role("table", name="Top operations").get_by_role("row").all_inner_texts()
        counted = {row.split()[0]: number(row.split(None, 1)[1]) for row in operations[1:]}
        assert counted["GetLastDataUpdate"] == 12 and counted["GetPromotions"] == 7 and counted["GetExecutedCampaignsByChannel"] == 14
        console.shoot("09-usage")
        sums = column_sums(page)
        assert (sums["Requests"], sums["Allowed"], sums["Refused"]) == (37, 28, 9)

        for key in keys:
            console.open(f"/settings/general/api-keys/{key.id}/usage")
            allowed, refused = sent[key.id, True], sent[key.id, False]
            expect(page.get_by_label("In short").get_by_text(f"{allowed} allowed")).to_be_visible()
            assert (figure(page, "Requests"), figure(page, "Refused")) == (allowed + refused, refused)
            sums = column_sums(page)
            assert (sums["Requests"], sums["Allowed"], sums["Refused"]) == (allowed + refused, allowed, refused)
        page.get_by_role("button", name=re.compile("Channel not permitted")).click()
        expect(page.get_by_text("may not use channel 505").first).to_be_visible()
        console.shoot("10-key-usage")

        for name, path in (("11-limits", f"/settings/general/api-keys/{keys[1].id}/limits"),
                           ("12-least-privilege", f"/settings/general/api-keys/{keys[1].id}/least-privilege"),
                           ("13-alerts", "/alerts"), ("14-alert-rules", "/settings/general/alert-rules"),
                           ("15-webhooks", "/settings/integrations/webhooks"), ("16-list-with-traffic", "/settings/general/api-keys")):
            console.open(path)
            page.wait_for_load_state("networkidle")
            console.shoot(name)
        console.assert_no_complaints()
