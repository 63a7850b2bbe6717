"""People: users, roles, units, absence, sign-in and permissions. Everything above acts in a person's name."""

from flask import Flask

from app.config import Settings
from app.people import identity, pages
from app.people.access import (
    NO_UNIT,
    Colleague,
    allowed,
    expand,
    holds,
    members_of,
    require,
    roles_at,
    substitute_of,
    substitutes_for,
)
from app.people.duties import Act, check_duties
from app.people.identity import current_person, public, signed_in
from app.people.person import (
    ADMINISTRATOR,
    PROCESS_OWNER,
    STAFF,
    SUPERVISOR,
    SYSTEM,
    Person,
    find_person,
    load_people,
    load_person,
)
from app.people.roles import seed_roles
from app.people.secret import secret_key
from app.people.units import UnitTree, unit_tree

__all__ = [
    "ADMINISTRATOR",
    "NO_UNIT",
    "PROCESS_OWNER",
    "STAFF",
    "SUPERVISOR",
    "SYSTEM",
    "Act",
    "Colleague",
    "Person",
    "UnitTree",
    "allowed",
    "check_duties",
    "current_person",
    "expand",
    "find_person",
    "holds",
    "init_app",
    "load_people",
    "load_person",
    "members_of",
    "public",
    "require",
    "roles_at",
    "seed_roles",
    "signed_in",
    "substitute_of",
    "substitutes_for",
    "unit_tree",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Set up the secret key and sign-in of pages and API."""
    app.secret_key = secret_key(settings)
    identity.init_app(app)
    if settings.oidc.issuer:
        from app.people import oidc

        oidc.init_app(app, settings.oidc)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(pages.admin)
