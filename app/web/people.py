"""Entries of the frame about people: the own account, and the settings that administrators keep."""

from flask import Flask

from app.i18n import lazy_text as _l
from app.people import ADMINISTRATOR, allowed, current_person
from app.web.navigation import Item, known, register, shell_of

ACCOUNT, USERS = "people.account", "people_admin.users"


def init_app(app: Flask) -> None:
    """Add the entries; an app without the pages about people shows none of them."""
    own = Item(endpoint=ACCOUNT, label=_l("My account"), icon="user", order=10, shown=has_account)
    shell_of(app).account.append(own)
    register(app, Item(endpoint=USERS, label=_l("Settings"), icon="gear", order=900, shown=is_administrator))


def has_account() -> bool:
    """Tell whether there is an account page for whoever is signed in."""
    return known(ACCOUNT) is not None and current_person() is not None


def is_administrator() -> bool:
    """Tell whether the person keeps users, roles and units."""
    return known(USERS) is not None and allowed(current_person(), ADMINISTRATOR)
