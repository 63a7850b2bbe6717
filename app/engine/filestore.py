"""Contents under their hash, in a folder or a bucket: `files.url` is any fsspec address."""

import typing as t

import fsspec
from flask import current_app


def has(sha256: str) -> bool:
    """Whether a content is stored."""
    files, path = _place(sha256)
    return bool(files.exists(path))


def put(sha256: str, content: bytes) -> None:
    """Store a content; what is stored already is left alone."""
    files, path = _place(sha256)
    if not files.exists(path):
        files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        files.pipe_file(path, content)


def get(sha256: str) -> bytes:
    """Return a content. Raises FileNotFoundError."""
    files, path = _place(sha256)
    return t.cast(bytes, files.cat_file(path))


def _place(sha256: str) -> tuple[t.Any, str]:
    files, root = fsspec.core.url_to_fs(current_app.extensions["settings"].files_url)
    return files, f"{root}/{sha256[:2]}/{sha256}"
