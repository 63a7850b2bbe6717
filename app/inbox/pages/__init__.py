"""The pages of the inbox: parse, call one function, render."""

from app.inbox.pages import acts, answers, beside, bulk, form, lists, panes  # noqa: F401 - views hang themselves on it
from app.inbox.pages.blueprint import blueprint

__all__ = ["blueprint"]
