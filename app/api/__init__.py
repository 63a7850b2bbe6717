"""The REST API under /v2, with the paths, names and shapes of the Camunda 8 Orchestration Cluster API."""

from flask import Flask

from app.api.document import describe
from app.api.routes import BLUEPRINTS
from app.config import Settings


def init_app(app: Flask, _settings: Settings) -> None:
    """Serve the API and its OpenAPI document."""
    api = describe(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
        # The API ignores cookies, so nobody's browser can be made to act through it.
        app.extensions["csrf"].exempt(blueprint)
