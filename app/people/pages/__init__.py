"""Pages about people: sign-in, one's own account, and the administrator's lists."""

from app.people.pages import account, roles, sign_in, units, user, users
from app.people.pages.blueprint import blueprint

__all__ = ["account", "blueprint", "roles", "sign_in", "units", "user", "users"]
