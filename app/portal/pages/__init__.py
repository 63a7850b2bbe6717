"""Pages of the portal: one per purpose of a link, phone first."""

from app.portal.pages import acts, show, stop
from app.portal.pages.blueprint import blueprint

__all__ = ["acts", "blueprint", "show", "stop"]
