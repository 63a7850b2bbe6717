"""The pages of the cockpit."""

from app.cockpit.pages import acts, batches, instance, lists, migrating, moving, variable
from app.cockpit.pages.blueprint import blueprint

__all__ = ["acts", "batches", "blueprint", "instance", "lists", "migrating", "moving", "variable"]
