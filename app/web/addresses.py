"""The addresses on a page: `url_for` as templates know it, which builds an address once where it is always the same."""

import functools
import typing as t

from flask import Flask, has_request_context, request, url_for

REMEMBERED = 2_048


def init_app(app: Flask) -> None:
    """Give templates an `url_for` that remembers. A page names some forty addresses, and building one takes long."""

    @functools.lru_cache(REMEMBERED)
    def built(_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
        return url_for(endpoint, **dict(values))  # type: ignore[arg-type]

    def address(endpoint: str, /, **values: t.Any) -> str:
        if _always_the_same(endpoint, values) and has_request_context():
            return built(request.script_root, endpoint, tuple(values.items()))
        return url_for(endpoint, **values)

    app.jinja_env.globals["url_for"] = address


def _always_the_same(endpoint: str, values: t.Mapping[str, t.Any]) -> bool:
    """Whether only the endpoint and words decide: keys are too many to be remembered, `_external` asks for the host."""
    plain = not endpoint.startswith(".")
    return plain and all(type(value) is str and not name.startswith("_") for name, value in values.items())
