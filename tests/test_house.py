"""The house stands: settings, health, keys, transactions."""

import datetime as dt
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import config
from app.clock import SetClock, now
from app.config import ConfigError
from app.db import KEY_BLOCK, KeyBlock, db, next_key, transaction
from tests.conftest import both_databases


def test_an_unknown_setting_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ConfigError, match=r"server\.prot.*port"):
        config.from_mapping({"server": {"prot": 1}})


def test_an_ill_typed_setting_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"server\.port must be a int"):
        config.from_mapping({"server": {"port": "eight"}})


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('[company]\nlanguage = "en"\n[server]\nport = 9\n')
    settings = config.load({"FIRSTLINE_CONFIG": str(file), "PORT": "8123", "FIRSTLINE_DEMO": "true"})
    assert (settings.company.language, settings.server.port, settings.demo) == ("en", 8123, True)


def test_a_named_configuration_file_must_exist() -> None:
    with pytest.raises(ConfigError, match="no such file"):
        config.load({"FIRSTLINE_CONFIG": "nowhere.toml"})


def test_several_web_processes_need_postgresql() -> None:
    with pytest.raises(ConfigError, match="needs PostgreSQL"):
        config.from_mapping({"server": {"workers": 2}})


@both_databases
def test_health_answers_without_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_health_says_when_the_database_is_gone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise sa.exc.OperationalError("connect", {}, Exception("gone"))

    monkeypatch.setattr(db.engine, "connect", refuse)
    assert app.test_client().get("/healthz").status_code == 503


@both_databases
def test_keys_taken_by_several_threads_are_never_equal(app: Flask) -> None:
    taken: list[int] = []

    def take() -> None:
        with app.app_context():
            for _ in range(20):
                with transaction():
                    taken.extend(next_key() for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 4000
    assert max(taken) < 2**53


@both_databases
def test_whoever_writes_takes_keys_while_another_waits_for_a_new_block(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, failed = threading.Event(), []

    def fetch() -> None:
        with app.app_context():
            try:
                with transaction():
                    next_key()
            except sa.exc.OperationalError as error:
                failed.append(error)

    other = threading.Thread(target=fetch)
    with transaction():
        # Nothing left is ever enough now, so that the other one fetches; on SQLite it waits for this transaction then.
        monkeypatch.setattr("app.db.KEY_RESERVE", KEY_BLOCK + 1)
        sa.event.listen(db.engine, "checkout", lambda _dbapi, _record, _proxy: begun.set())
        other.start()
        assert begun.wait(30)
        next_key()
    other.join()
    assert failed == []


@both_databases
def test_a_failed_command_leaves_nothing_behind(app: Flask) -> None:
    def command_that_fails() -> None:
        with transaction() as session:
            session.add(KeyBlock(id=7, next_key=1))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        command_that_fails()
    assert db.session.get(KeyBlock, 7) is None


def test_a_key_outside_a_transaction_is_an_error(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        next_key()


def test_the_apps_clock_can_be_moved(app: Flask, clock: SetClock) -> None:
    before = now()
    clock.advance(hours=4)
    assert now() - before == dt.timedelta(hours=4)
