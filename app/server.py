"""The production web server: gunicorn with threads, and unless others do it, workers inside each of its processes."""

import ipaddress
import typing as t

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication

from app import footprint, occupancy, schema
from app.access_log import AccessLog
from app.config import Settings
from app.db import db
from app.engine import Crier, Workers


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn around one app; each web process works on what is due beside its requests, or tells the workers."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._beside: Workers | Crier | None = None
        super().__init__()

    def load_config(self) -> None:
        server = self._settings.server
        values: dict[str, t.Any] = {
            "bind": f"{server.host}:{server.port}",
            "worker_class": "gthread",
            "workers": server.workers,
            "threads": server.threads,
            "keepalive": 75,
            "graceful_timeout": 30,
            "timeout": 120,
            "preload_app": True,
            "accesslog": "-" if server.access_log else None,
            "logger_class": AccessLog,
            "control_socket_disable": True,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
            "when_ready": self._announce,
        }
        for key, value in values.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Flask:
        return self._app

    def _begin(self, _worker: object) -> None:
        with self._app.app_context():
            # A connection must not be shared with the parent process, in which the app was built.
            db.engine.dispose(close=False)
        self._beside = Workers(self._app) if self._settings.workers.in_serve else Crier(self._app)
        self._beside.start()

    def _end(self, _server: object, _worker: object) -> None:
        if self._beside is not None:
            self._beside.stop()

    def _announce(self, _server: object) -> None:
        footprint.settle(self._app)
        host = "127.0.0.1" if self._settings.server.host in {"0.0.0.0", "::"} else self._settings.server.host  # noqa: S104 (compared, not bound)
        click.echo(f"Firstline is ready at http://{host}:{self._settings.server.port}  (stop it with Ctrl+C)")


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the pages and the API until SIGTERM or Ctrl+C, and run timers and jobs unless workers.in_serve is false."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's documented way)
    settings: Settings = app.extensions["settings"]
    if settings.demo and not _is_loopback(settings.server.host):
        raise click.ClickException(
            f"Demo mode has accounts with a known password and is served on loopback only, not on "
            f"{settings.server.host}. Set server.host to 127.0.0.1, or demo = false."
        )
    schema.require_current()
    occupancy.occupy(app)
    Server(app, settings).run()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
