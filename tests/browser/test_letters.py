"""Letters to customers in a real browser: the outbox, the wording, the demonstration's folder and the link in it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.config import Settings
from app.desk.mail import outbox
from app.desk.mail.transport import Folder
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_desk import Enter, address, enter
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, sqlite_company
from tests.desk.test_mail import contact, priced
from tests.play import Play

pytestmark = pytest.mark.browser

__all__ = ["address", "clock", "company", "contact", "database", "enter", "play", "sqlite_company"]


@pytest.fixture
def written(company: Company, play: Play, contact: object) -> None:
    """A demonstration in which one quotation went out by mail and another one is on its way."""
    settings: Settings = company.app.extensions["settings"]
    company.app.extensions["settings"] = Settings(**{**vars(settings), "demo": True})
    company.app.extensions["mail_transport"] = Folder(settings.var_path / "mail")
    priced(play, contact)  # type: ignore[arg-type]
    play.do("s060_send_quote", "agent", sent_by="email")
    assert outbox.send_due() == 1


@pytest.mark.usefixtures("written")
def test_from_the_folder_of_the_demonstration_one_becomes_the_customer(address: str, enter: Enter) -> None:
    page = enter("agent", "/letters/folder", language="en")
    accessible(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the letter").click()
    letter = opened.value
    link = letter.get_by_role("link", name="Look at the quotation and answer").get_attribute("href")
    assert link is not None
    page.goto(address + urlsplit(link).path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Please answer our quotation")
    page.goto(f"{address}{urlsplit(link).path}/mail")
    page.get_by_role("button", name="Send no more e-mails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get no more e-mails from us")


@pytest.mark.usefixtures("written")
def test_pictures(enter: Enter, new_page: Callable[..., Page]) -> None:
    for name, who, path in (
        ("letters-outbox", "supervisor", "/letters"),
        ("letters-wording", "owner", "/letters/wording"),
        ("letters-folder", "agent", "/letters/folder"),
    ):
        accessible(enter(who, path, language="en"))
        shots(new_page, name, lambda page, who=who, path=path: enter(who, path, page))  # type: ignore[misc]
