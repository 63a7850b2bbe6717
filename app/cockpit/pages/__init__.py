"""The pages of the cockpit."""

from app.cockpit.pages import acts, instance, lists, variable
from app.cockpit.pages.blueprint import blueprint

__all__ = ["acts", "blueprint", "instance", "lists", "variable"]
