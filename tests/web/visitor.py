"""Somebody in front of the page: what they do, and what must never happen meanwhile."""

from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.web.door import PASSWORD, Door

# Runs before the page's own code. Violations of the policy and shifts of the layout are events that nobody else keeps.
WATCH = """
window.violations = [];
window.shift = 0;
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  violations.push(`${violatedDirective} ${blockedURI}`);
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
STORED = """async () => {
  const databases = await Promise.all((await indexedDB.databases()).map(({ name }) => new Promise((resolve) => {
    const request = indexedDB.open(name);
    request.onsuccess = async () => {
      const database = request.result, found = [];
      for (const store of database.objectStoreNames) {
        found.push(await new Promise((done) => {
          const all = database.transaction(store).objectStore(store).getAll();
          all.onsuccess = () => done(all.result);
        }));
      }
      database.close();
      resolve(found);
    };
  })));
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases]);
}"""


class Visitor:
    """One user in one browser window."""

    def __init__(self, context: BrowserContext, door: Door, user: str) -> None:
        self.context = context
        self.door = door
        self.user = user
        self.errors: list[str] = []
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()
        self._network = context.new_cdp_session(self.page)
        self.page.on("console", self._hear)
        # From the start: Chromium is told of it late, and a key press can be faster.
        self.page.on("filechooser", lambda _: None)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        """Keep errors and warnings of our page; the sign-in page is the emulator's."""
        if message.type in {"error", "warning"} and self.page.url.startswith(self.door.url):
            self.errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    # What a user does

    def open(self) -> None:
        """Open the page's address."""
        self.page.goto(self.door.url + "/")

    def sign_in(self) -> None:
        """Open the page and sign in."""
        self.open()
        self.page.get_by_role("button", name="Sign in").click()
        self.give_password()

    def give_password(self) -> None:
        """Fill in the sign-in page of the identity provider."""
        self.page.locator("input[name=username]").fill(self.user)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        # The first call of the API starts its function, which takes long on a busy machine.
        expect(self.page.get_by_role("heading", name="Your images")).to_be_visible(timeout=60_000)
        expect(self.page.get_by_text("Loading your images")).to_have_count(0)

    def choose(self, *files: Path) -> None:
        """Choose files with the file chooser."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Choose images").click()
        chooser.value.set_files([str(file) for file in files])

    def drag(self, files: Sequence[Path], *steps: str) -> None:
        """Drag files from the desktop over the page. ``steps``: dragEnter, dragOver, drop, dragCancel.

        The browser itself makes the events and the File objects, as from a real drag.
        """
        session = self.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for step in steps:
            session.send("Input.dispatchDragEvent", {"type": step, "x": 300, "y": 300, "data": data})
        session.detach()

    def drop(self, files: Sequence[Path]) -> None:
        """Drop files onto the page."""
        self.drag(files, "dragEnter", "dragOver", "drop")

    def on_a_network(self, kilobytes_a_second: int) -> None:
        """Throttle the network from now on, as on a train."""
        self._network.send("Network.enable")
        conditions = {"offline": False, "latency": 20, "downloadThroughput": -1}
        rate = kilobytes_a_second * 1000
        self._network.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": rate})

    def leave(self) -> None:
        """Close the window, in which nothing may have gone wrong."""
        self.assert_undisturbed()
        self.context.close()

    # What a user sees

    def card(self, name: str) -> Locator:
        """The card of a file name."""
        return self.page.locator(".card").filter(has=self.page.get_by_text(name, exact=True))

    def cards(self, kind: str) -> Locator:
        """All cards of a kind: uploading, completed, rejected and so on."""
        return self.page.locator(f'.card[data-kind="{kind}"]')

    def expect_ready(self, *names: str, seconds: float = 60) -> None:
        """Wait until these images are processed and their thumbnails are shown."""
        for name in names:
            expect(self.card(name)).to_have_attribute("data-kind", "completed", timeout=seconds * 1000)
            expect(self.card(name).locator("img.loaded")).to_be_visible(timeout=15_000)

    def details(self, name: str) -> Locator:
        """Open the details of an image."""
        self.card(name).get_by_role("button", name=f"Links and details of {name}").click()
        dialog = self.page.get_by_role("dialog", name=name)
        expect(dialog).to_be_visible()
        return dialog

    def focused(self) -> str:
        """The accessible label or the text of what has the focus."""
        return str(
            self.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
            )
        )

    def stored(self) -> str:
        """Everything that the page has written to the browser, as JSON."""
        return str(self.page.evaluate(STORED))

    def shift(self) -> float:
        """The cumulative layout shift so far."""
        return float(self.page.evaluate("() => window.shift"))

    # What must never happen

    def expect_accessible(self) -> None:
        """Assert that axe finds nothing, in light and in dark."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.wait_for_timeout(350)  # until colours have changed
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
        self.page.emulate_media(color_scheme="light")

    def expect_no_sideways_scroll(self) -> None:
        """Assert that nothing is wider than the window."""
        root = "document.documentElement"
        assert self.page.evaluate(f"() => {root}.scrollWidth <= {root}.clientWidth")

    def assert_undisturbed(self) -> None:
        """Assert that there was no violation of the content security policy and no error in the console."""
        if not self.page.is_closed() and self.page.url.startswith(self.door.url):
            violations = self.page.evaluate("() => window.violations")
            assert not violations, violations
        assert not self.errors, self.errors
