"""The console in Chromium, used by role and label as a screen reader would."""
import contextlib
import pathlib
import urllib.parse

from playwright.sync_api import expect, sync_playwright

from harness import paths
from harness.process import find_program

# No sandbox: containers have none to offer. The rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}


class Console:
    """A browser with a profile of its own."""

    def __init__(self, url):
        self.url = url
        self.complaints = []
        self.requested = []

    def __enter__(self):
        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(executable_path=find_program("chromium", "chromium"), args=ARGUMENTS)
            self._open_profile()
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def _open_profile(self):
        self._context = self._browser.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce", locale="en-GB")
        self._context.set_default_timeout(20_000)
        expect.set_options(timeout=20_000)
        self.page = self._context.new_page()
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", lambda request: self.requested.append(request.url))

    @contextlib.contextmanager
    def stranger(self):
        """Somebody else, who shares nothing with this one but the program."""
        other = Console(self.url)
        other._browser = self._browser
        other._open_profile()
        try:
            yield other
        finally:
            other._context.close()

    def __exit__(self, kind, *_):
        if kind is not None:
            self.page.screenshot(path=paths.LOGS / "console-at-failure.png")
        self._browser.close()
        self._playwright.stop()

    def _note_message(self, message):
        # A 401 answers the question whether somebody is signed in; the browser reports it all the same.
        if message.type == "error" and "401" not in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    @property
    def path(self):
        return urllib.parse.urlsplit(self.page.url).path

    def open(self, path):
        self.page.goto(self.url + path)

    def sign_in(self, email, password):
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="API Key Management")).to_be_visible()

    def pick(self, label, *options):
        """Chooses options in a searchable list of several."""
        field = self.page.get_by_role("combobox", name=label, exact=True)
        for option in options:
            field.click()
            field.fill(option)
            self.page.get_by_role("option", name=option).first.click()
        field.press("Escape")

    def shoot(self, name, whole=True):
        """The page as it is, in light, in dark and on a phone; nothing of it may be wider than the phone. With `whole`
        the window is made as high as the page, so that what sticks to its edges is where it belongs."""
        page = self.page
        for appearance, scheme, size in (("light", "light", WIDE), ("dark", "dark", WIDE), ("phone", "light", PHONE)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(size)
            if whole:
                height = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size(size | {"height": max(height, size["height"])})
                page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=self._picture(name, appearance), animations="disabled")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.set_viewport_size(WIDE)
        assert overflow <= 0, f"{name} is {overflow} px wider than a phone of {PHONE['width']} px"

    @staticmethod
    def _picture(name, appearance) -> pathlib.Path:
        return paths.SCREENSHOTS / f"{name}-{appearance}.png"

    def assert_nowhere_kept(self, secret):
        """Not in an address, and not in anything that the browser keeps."""
        kept = self.page.evaluate(
            """async () => {
                const databases = [];
                for (const { name } of await indexedDB.databases()) databases.push(name);
                const caches_ = 'caches' in window ? await caches.keys() : [];
                return JSON.stringify([location.href, document.cookie, history.state, { ...localStorage }, { ...sessionStorage }, databases, caches_]);
            }"""
        )
        assert secret not in kept
        assert not any(secret in url for url in self.requested)
        assert secret not in str(self._context.storage_state())

    def assert_no_complaints(self):
        assert not self.complaints, "\n".join(self.complaints)
