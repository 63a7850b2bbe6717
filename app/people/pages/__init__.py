"""Pages about people: sign-in, one's own account, and the administrator's lists."""

from app.people.pages import account, oidc, roles, sign_in, units, user, users
from app.people.pages.blueprint import admin, blueprint

__all__ = ["account", "admin", "blueprint", "oidc", "roles", "sign_in", "units", "user", "users"]
