"""One client of the real server: JSON in, JSON out, over one connection."""

import base64
import http.client
import json
import typing as t
from collections.abc import Mapping

from tests.company import PASSWORD

PATIENCE = 60.0
"""Seconds after which a client gives up; far more than any answer takes on a busy machine."""


class Caller:
    """Calls the API as the administrator; a context manager that closes its connection."""

    def __init__(self, port: int, user: str = "administrator") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        credential = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Accept-Language": "en"}

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def get(self, path: str) -> int:
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def post(self, path: str, body: t.Any) -> tuple[int, t.Any]:
        """Send JSON to an address under /v2."""
        return self._send(path, json.dumps(body).encode(), "application/json")

    def deploy(self, files: Mapping[str, bytes]) -> tuple[int, t.Any]:
        """Deploy files together."""
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="resources"; filename="{name}"\r\n\r\n'.encode() + content
            for name, content in files.items()
        ]
        body = b"\r\n".join(parts) + b"\r\n--cut--\r\n"
        return self._send("/deployments", body, "multipart/form-data; boundary=cut")

    def found(self, path: str, body: t.Any) -> list[t.Any]:
        """The items of a search that must succeed."""
        status, answer = self.post(path, body)
        assert status == http.HTTPStatus.OK, answer
        return t.cast(list[t.Any], answer["items"])

    def _send(self, path: str, body: bytes, content_type: str) -> tuple[int, t.Any]:
        self._connection.request("POST", f"/v2{path}", body, {**self._headers, "Content-Type": content_type})
        response = self._connection.getresponse()
        said = response.read()
        return response.status, json.loads(said) if said else None
