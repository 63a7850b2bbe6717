"""The pages of the cockpit."""

from app.cockpit.pages import acting, acts, batches, instance, lists, migrating, moving, variable
from app.cockpit.pages.blueprint import blueprint

__all__ = ["acting", "acts", "batches", "blueprint", "instance", "lists", "migrating", "moving", "variable"]
