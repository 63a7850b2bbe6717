"""The real WSGI app on a loopback port, in a thread of the test process, stopped at the end."""

import threading
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.db import transaction
from app.people.models import User
from tests.company import Company
from tests.people.cast import PASSWORD_HASH


class QuietHandler(WSGIRequestHandler):
    """Keep-alive as in production, and no line per request in the test output."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: t.Any) -> None:  # noqa: A002 - the library's own name
        pass


def answered_whole(app: Flask) -> t.Callable[..., list[bytes]]:
    """The app with every answer read to its end and closed before it is sent.

    When a browser drops a connection, the library's server may forget to close the answer; the file behind it would
    then fail whichever test runs when it is collected.
    """

    def answer(environ: t.Any, start_response: t.Any) -> list[bytes]:
        parts = app.wsgi_app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):  # an answer without content is a bare tuple
                parts.close()

    return answer


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app while the block runs; yields its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, answered_whole(app), threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def company_served(company: Company) -> Iterator[str]:
    """The company's app, with a password that everybody in it can sign in with (`PASSWORD`)."""
    with transaction() as session:
        session.execute(sa.update(User).values(password_hash=PASSWORD_HASH))
    with serving(company.app) as url:
        yield url
