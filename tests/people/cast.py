"""The standing cast of access tests, in a small organisation.

China (CN) ── east (E) ── Zhejiang (ZJ) ── outlets HZ1, HZ2
          │                └ Jiangsu (JS) ── outlet NJ1
          └─ factory (FA)
"""

import dataclasses

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.people import SYSTEM, load_person, seed_roles
from app.people.accounts import create_user
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.models import User
from app.people.organisation import add_membership, create_unit
from app.people.passwords import hash_password
from app.people.person import ADMINISTRATOR, PROCESS_OWNER, STAFF, SUPERVISOR, Person
from app.people.signin import start_session

PASSWORD = "correct horse battery"
PASSWORD_HASH = hash_password(PASSWORD)  # once, because a good hash takes long
HERE = Peer("127.0.0.1", "tests", loopback=True)
ELSEWHERE = Peer("203.0.113.9", "tests", loopback=False)

UNITS = (
    ("CN", "national", None, "总部", "Headquarters"),
    ("E", "region", "CN", "华东大区", "East region"),
    ("ZJ", "province", "E", "浙江", "Zhejiang"),
    ("HZ1", "outlet", "ZJ", "杭州一店", "Hangzhou 1"),
    ("HZ2", "outlet", "ZJ", "杭州二店", "Hangzhou 2"),
    ("JS", "province", "E", "江苏", "Jiangsu"),
    ("NJ1", "outlet", "JS", "南京一店", "Nanjing 1"),
    ("FA", "factory", "CN", "维修工厂", "Repair factory"),
)
PEOPLE = {
    "agent": ("李梅", (STAFF,), (("repair_receptionist", "HZ1"),)),
    "colleague": ("刘洋", (STAFF,), (("repair_receptionist", "HZ1"), ("repair_analyst", "HZ2"))),
    "supervisor": ("周敏", (STAFF, SUPERVISOR), (("repair_supervisor", "ZJ"), ("repair_receptionist", "ZJ"))),
    "owner": ("陈立", (STAFF, PROCESS_OWNER), (("repair_manager", None),)),
    "administrator": ("王刚", (ADMINISTRATOR,), ()),
    "stranger": ("孙燕", (STAFF,), (("repair_receptionist", "NJ1"),)),
}


@dataclasses.dataclass
class Cast:
    """The people by name, freshly loaded at every look, and their browsers."""

    app: Flask
    ids: dict[str, int]

    def __getattr__(self, name: str) -> Person:
        if name not in self.ids:
            raise AttributeError(name)
        person = load_person(self.ids[name])
        assert person is not None
        return person

    def browser(self, name: str | None, *, language: str = "en") -> FlaskClient:
        """A browser in which the person is signed in; nobody is, when no name is given."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if name:
            token = start_session(self.ids[name], HERE, method="password").token
            with client.session_transaction() as cookie:
                cookie[COOKIE_KEY] = token
        return client


def people_the_small_company(app: Flask) -> Cast:
    """Create roles, units and the cast in the app's database."""
    seed_roles()
    for code, kind, parent, zh, en in UNITS:
        create_unit(SYSTEM, code, kind=kind, names={"zh": zh, "en": en}, parent=parent)
    ids = {}
    for username, (name, permissions, roles) in PEOPLE.items():
        names = {"zh": name, "en": username.title()}
        ids[username] = create_user(SYSTEM, username, names=names, permissions=permissions)
        for role, unit in roles:
            add_membership(SYSTEM, ids[username], role, unit)
    with transaction() as session:
        session.execute(sa.update(User).values(password_hash=PASSWORD_HASH))
    return Cast(app, ids)
