"""The table of demonstration accounts that `firstline demo` prints."""

import unicodedata

import sqlalchemy as sa

from app.db import db
from app.demo.organisation import ACCOUNT_NAMES, CENTRAL_PEOPLE, PERMISSION_ACCOUNTS, SEED_PASSWORD, UNITS
from app.people.models import Role


def account_table() -> str:
    """Return the accounts with the names of their roles in both languages, their people and the password."""
    roles = {role.id: role.names for role in db.session.scalars(sa.select(Role))}
    rows = [(name, en, zh, "") for name, (zh, en, _) in PERMISSION_ACCOUNTS.items()]
    for name, (zh, en) in ACCOUNT_NAMES.items():
        names = roles.get(name, {})
        rows.append((name, names.get("en", name), names.get("zh", name), f"{zh} {en}"))
    for username, role, code, zh, en in CENTRAL_PEOPLE:
        names, unit = roles.get(role, {}), next(unit for unit in UNITS if unit.code == code)
        rows.append(
            (username, f"{names.get('en', role)}, {unit.en}", f"{unit.zh}{names.get('zh', role)}", f"{zh} {en}")
        )
    lines = ["", *(_line(row) for row in (("account", "role", "角色", "name"), *rows)), ""]
    lines.append(f"Password of all of them: {SEED_PASSWORD} (they sign in from this machine only)")
    return "\n".join(lines)


def _line(row: tuple[str, str, str, str]) -> str:
    account, en, zh, name = row
    return f"  {_padded(account, 30)}{_padded(en, 42)}{_padded(zh, 26)}{name}".rstrip()


def _padded(text: str, width: int) -> str:
    """Fill up to a number of columns; Chinese characters take two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(width - taken, 1)
