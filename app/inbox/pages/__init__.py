"""The pages of the inbox: parse, call one function, render."""

from app.inbox.pages import (  # noqa: F401 - views hang themselves on it
    acts,
    answers,
    beside,
    bulk,
    delegation,
    form,
    lists,
    macros,
    notifications,
    panes,
    presence,
    saved,
)
from app.inbox.pages.blueprint import blueprint

__all__ = ["blueprint"]
