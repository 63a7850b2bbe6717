"""Calls the API as somebody of the company."""

import base64
import typing as t

from flask import Flask

from tests.company import PASSWORD


class Caller:
    """`call("agent").post("/user-tasks/search", {...})` → (status, JSON)."""

    def __init__(self, app: Flask, username: str | None) -> None:
        self._client = app.test_client()
        self._headers = {"Accept-Language": "en"}
        if username is not None:
            credential = base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()
            self._headers["Authorization"] = f"Basic {credential}"

    def get(self, path: str) -> tuple[int, t.Any]:
        return self._answer(self._client.get(f"/v2{path}", headers=self._headers))

    def post(self, path: str, body: t.Any = None) -> tuple[int, t.Any]:
        return self._answer(self.response(path, body))

    def response(self, path: str, body: t.Any = None) -> t.Any:
        """The whole answer to a POST, for its headers."""
        return self._client.post(f"/v2{path}", json=body, headers=self._headers)

    def patch(self, path: str, body: t.Any) -> tuple[int, t.Any]:
        return self._answer(self._client.patch(f"/v2{path}", json=body, headers=self._headers))

    def delete(self, path: str) -> tuple[int, t.Any]:
        return self._answer(self._client.delete(f"/v2{path}", headers=self._headers))

    def send(self, path: str, data: t.Any, content_type: str) -> tuple[int, t.Any]:
        return self._answer(
            self._client.post(f"/v2{path}", data=data, content_type=content_type, headers=self._headers)
        )

    def found(self, path: str, body: t.Any = None) -> list[t.Any]:
        """The items of a search that must succeed."""
        status, answer = self.post(path, body or {})
        assert status == 200, answer
        return t.cast(list[t.Any], answer["items"])

    @staticmethod
    def _answer(response: t.Any) -> tuple[int, t.Any]:
        with response:
            return response.status_code, response.json if response.is_json and response.data else response.data
