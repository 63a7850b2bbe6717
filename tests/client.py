"""The test client of every test."""

import typing as t

from flask import g
from flask.testing import FlaskClient


class Client(FlaskClient):
    """Gives each request an empty `g`, as in the product.

    Tests keep an app context open, and Flask would hand its `g` from one request to the next: the second browser
    would see the first one's language and CSRF token.
    """

    def open(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        vars(g._get_current_object()).clear()
        return super().open(*args, **kwargs)
