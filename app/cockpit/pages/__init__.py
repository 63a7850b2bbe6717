"""The pages of the cockpit."""

from app.cockpit.pages import acting, acts, batches, causes, export, instance, lists, migrating, moving, variable
from app.cockpit.pages.blueprint import blueprint

__all__ = [
    "acting",
    "acts",
    "batches",
    "blueprint",
    "causes",
    "export",
    "instance",
    "lists",
    "migrating",
    "moving",
    "variable",
]
