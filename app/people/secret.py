"""The key that signs cookies. It comes from the environment or from a file only its owner can read."""

import os
import secrets
from pathlib import Path

from app.config import ConfigError, Settings

VARIABLE = "FIRSTLINE_SECRET_KEY"
FILE = "secret.key"
SHORTEST = 16


def secret_key(settings: Settings) -> str:
    """Return the key of FIRSTLINE_SECRET_KEY, else that of `var/secret.key`, which is made on the first start.

    Several processes may start at once: whoever links its file first wins and the others read that one.
    """
    if key := os.environ.get(VARIABLE, "").strip():
        if len(key) < SHORTEST:
            raise ConfigError(f"{VARIABLE} needs at least {SHORTEST} characters; `openssl rand -base64 33` makes one.")
        return key
    path = settings.var_path / FILE
    if not path.exists():
        _make(path)
    key = path.read_text("ascii").strip()
    if len(key) < SHORTEST:
        raise ConfigError(f"{path} is too short to be a secret key. Delete it and a new one is made.")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
