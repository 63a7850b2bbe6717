"""The pages of the cockpit."""

from app.cockpit.pages import acts, instance, lists, moving, variable
from app.cockpit.pages.blueprint import blueprint

__all__ = ["acts", "blueprint", "instance", "lists", "moving", "variable"]
