"""What the frame of every page offers. Wings register their entries; the frame shows those a person may use."""

import dataclasses
from collections.abc import Callable

from flask import Flask, current_app, request

from app.people import STAFF, allowed, current_person


def always() -> bool:
    """Show the entry to everybody."""
    return True


def person_name() -> str | None:
    """Return the display name of whoever is signed in."""
    person = current_person()
    return person.name if person else None


def known(endpoint: str) -> str | None:
    """Return the endpoint if this app has it."""
    return endpoint if endpoint in current_app.view_functions else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Item:
    """One entry of the rail and the phone's bottom bar.

    Attributes:
        endpoint: the view it opens, e.g. `inbox.index`.
        label: lazy text (`lazy_text`), two or three characters in Chinese.
        icon: name in icons.svg.
        order: position; the rail shows ascending numbers, 900 and above at its foot.
        section: endpoints that begin with it light the entry; by default the endpoint's blueprint.
        shown: whether the person of this request may use it.
        count: open things behind the entry, shown as a badge when above zero.
    """

    endpoint: str
    label: object
    icon: str
    order: int
    section: str = ""
    shown: Callable[[], bool] = always
    count: Callable[[], int] | None = None

    @property
    def prefix(self) -> str:
        """The beginning of endpoints that belong to this entry."""
        return self.section or self.endpoint.split(".", 1)[0] + "."


@dataclasses.dataclass
class Shell:
    """Everything the frame knows; `app.extensions["navigation"]`.

    Attributes:
        items: main entries.
        account: entries of the person's menu (password, absence, tokens …).
        bell: endpoint of the page with what the person was told.
        finder: endpoint of the search fragment behind Ctrl K (takes `q`, answers a list of menu items).
        person: returns the signed-in person's display name, or None.
    """

    items: list[Item] = dataclasses.field(default_factory=list)
    account: list[Item] = dataclasses.field(default_factory=list)
    bell: str | None = None
    finder: str | None = None
    person: Callable[[], str | None] = person_name

    @property
    def sign_in(self) -> str | None:
        """The endpoint of the sign-in page."""
        return known("people.sign_in")

    @property
    def sign_out(self) -> str | None:
        """The endpoint that ends the session (POST)."""
        return known("people.sign_out")

    def has_bell(self) -> bool:
        """Return whether the person is told things here: the page with them is for those who work on tasks."""
        return self.bell is not None and allowed(current_person(), STAFF)

    def unread(self) -> int:
        """Return how much of what the person was told is not read yet."""
        person = current_person()
        return person.unread if person else 0

    def visible(self) -> list[Item]:
        """Return the entries of this person in order."""
        return in_order(self.items)

    def visible_account(self) -> list[Item]:
        """Return the entries of the person's menu in order."""
        return in_order(self.account)

    def active(self) -> Item | None:
        """Return the entry of the present page: the one whose section matches longest."""
        endpoint = request.endpoint or ""
        matching = [item for item in self.items if endpoint.startswith(item.prefix)]
        return max(matching, key=lambda item: len(item.prefix), default=None)


def in_order(items: list[Item]) -> list[Item]:
    """Return those entries that this app has and this person may use."""
    usable = [item for item in items if known(item.endpoint) and item.shown()]
    return sorted(usable, key=lambda item: item.order)


def init_app(app: Flask) -> None:
    """Create the registry and show it to templates as `shell`."""
    app.extensions["navigation"] = shell = Shell()
    app.jinja_env.globals["shell"] = shell


def register(app: Flask, *items: Item) -> None:
    """Add main entries."""
    shell_of(app).items.extend(items)


def shell_of(app: Flask | None = None) -> Shell:
    """Return the registry of an app (the current one by default)."""
    shell: Shell = (app or current_app).extensions["navigation"]
    return shell
