"""The blueprint that carries the shared templates; asset and language routes hang on it."""

from flask import Blueprint

blueprint = Blueprint("web", __name__, template_folder="templates")
