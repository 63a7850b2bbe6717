"""The access log of the web server, without what must not stand in a file: the tokens of customers' links."""

import typing as t

from gunicorn.glogging import Logger

from app.addresses import without_tokens


class AccessLog(Logger):  # type: ignore[misc]
    """Writes lines as ever; the request line, the path and the page one came from lose their tokens."""

    def atoms(self, *arguments: t.Any) -> dict[str, t.Any]:
        found: dict[str, t.Any] = super().atoms(*arguments)
        shown = {name: without_tokens(value) for name, value in found.items() if isinstance(value, str)}
        return {**found, **shown}
