"""The sample app around `app.web` and a client for it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.pages import build


@pytest.fixture(scope="package")
def guide() -> Flask:
    """The sample app, made once: it keeps nothing between requests but what islands sent."""
    return build()


@pytest.fixture
def visitor(guide: Flask) -> FlaskClient:
    """A browser that asks for Chinese pages."""
    client = guide.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client
