"""The key that signs cookies."""

import stat
import threading

import pytest

from app.config import ConfigError, from_mapping
from app.people.secret import secret_key


@pytest.fixture
def settings(tmp_path):
    return from_mapping({"var": str(tmp_path / "var")})


def test_the_environment_comes_first(settings, monkeypatch):
    monkeypatch.setenv("FIRSTLINE_SECRET_KEY", "a key of the environment")
    assert secret_key(settings) == "a key of the environment"
    assert not settings.var_path.exists()


def test_a_short_key_is_refused(settings, monkeypatch):
    monkeypatch.setenv("FIRSTLINE_SECRET_KEY", "short")
    with pytest.raises(ConfigError, match="at least 16"):
        secret_key(settings)


def test_a_key_is_made_once_and_readable_by_its_owner_only(settings, monkeypatch):
    monkeypatch.delenv("FIRSTLINE_SECRET_KEY")
    first = secret_key(settings)
    path = settings.var_path / "secret.key"
    assert len(first) >= 60
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_key(settings) == first
    assert [file.name for file in settings.var_path.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_agree_on_one_key(settings, monkeypatch):
    monkeypatch.delenv("FIRSTLINE_SECRET_KEY")
    keys = []
    barrier = threading.Barrier(8)

    def start():
        barrier.wait()
        keys.append(secret_key(settings))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_damaged_key_file_is_refused_with_what_to_do(settings, monkeypatch):
    monkeypatch.delenv("FIRSTLINE_SECRET_KEY")
    settings.var_path.mkdir()
    (settings.var_path / "secret.key").write_text("x")
    with pytest.raises(ConfigError, match="Delete it"):
        secret_key(settings)
