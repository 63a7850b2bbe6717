"""Keys of fields: well-formed, unique, and never both a value and a container of values."""

import re
import typing as t

from app.forms.model import Path

_KEY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
MAX_KEY = 200


class KeyRing:
    """The paths that are taken in a form, or in the rows of one of its lists."""

    def __init__(self) -> None:
        self._owners: dict[Path, str] = {}

    @staticmethod
    def parse(text: t.Any) -> Path | None:
        """Return the path of a key such as `customer.phone`, or None when it is not one."""
        if not isinstance(text, str) or len(text) > MAX_KEY or not _KEY.fullmatch(text):
            return None
        return tuple(text.split("."))

    def add(self, path: Path, element_id: str) -> str | None:
        """Take a path. Returns the id of the component in the way, and then takes nothing."""
        for taken, owner in self._owners.items():
            shorter = min(len(taken), len(path))
            if taken[:shorter] == path[:shorter]:
                return owner
        self._owners[path] = element_id
        return None

    def __contains__(self, path: object) -> bool:
        return path in self._owners
