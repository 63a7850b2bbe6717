"""What may not happen on any page: console errors, uncaught exceptions, policy violations, accessibility faults."""

import typing as t

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

# Runs before any script of a page and keeps every violation of its content security policy.
COLLECT_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
window.__untranslated = new Set();
document.addEventListener('fl:untranslated', (event) => window.__untranslated.add(event.detail));
"""


class Guard:
    """Watches one page. `allow` names parts of console messages that a test provokes on purpose."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._faults: list[str] = []
        self._allowed: list[str] = []
        page.add_init_script(COLLECT_VIOLATIONS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._faults.append(f"uncaught: {error}"))

    def allow(self, part: str) -> None:
        """Expect console errors that contain this text, e.g. `status of 422`."""
        self._allowed.append(part)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def check(self) -> None:
        """Fail with everything that was wrong so far."""
        violations = self._page.evaluate("window.__violations ?? []")
        faults = [fault for fault in self._faults if not any(part in fault for part in self._allowed)]
        assert not faults + violations, "\n".join(faults + violations)


def mounted(page: Page, selector: str = "[data-island]") -> None:
    """Wait until an island is ready."""
    page.wait_for_selector(f"{selector}[data-mounted]", timeout=20_000)
    state = page.get_attribute(f"{selector}[data-mounted]", "data-mounted")
    assert state == "1", f"{selector} did not start"


def accessible(page: Page, *, outside: t.Sequence[str] = (), rules_off: t.Sequence[str] = ()) -> None:
    """Fail on accessibility faults of the page, islands of `outside` (third-party editors) excepted."""
    context: t.Any = {"exclude": [[selector] for selector in outside]} if outside else None
    options = {"rules": {rule: {"enabled": False} for rule in rules_off}, "resultTypes": ["violations"]}
    results = Axe().run(page, context=context, options=options)
    assert not results.violations_count, results.generate_report()
