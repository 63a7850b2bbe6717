"""Failures on purpose: the next job of an element fails, whatever its handler would have done."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app.engine.registry import Handler, JobContext, registry_of
from app.errors import Conflict


@contextmanager
def failing(app: Flask, elements: set[str]) -> Iterator[None]:
    """Let the next job of each of these elements fail meanwhile; one that did so is no longer among them."""
    handlers = registry_of(app).handlers
    sound = dict(handlers)
    if elements:
        handlers.update({name: _failing_once(handler, elements) for name, handler in sound.items()})
    try:
        yield
    finally:
        handlers.update(sound)


def _failing_once(handler: Handler, elements: set[str]) -> Handler:
    def work(context: JobContext) -> object:
        if context.event is None and context.element in elements:
            elements.remove(context.element)
            raise refusal(context.element)
        return handler(context)

    return work  # type: ignore[return-value]


def refusal(element: str) -> Conflict:
    """What a job that fails on purpose says."""
    return Conflict("scenarios.let_fail", element=element)
