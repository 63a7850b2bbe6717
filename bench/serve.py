"""What the bench's server process runs: the real app, the real gunicorn, and one more route, the floor."""

from app import create_app
from app.config import load
from app.server import Server
from bench import floor

if __name__ == "__main__":
    settings = load()
    app = create_app(settings)
    app.extensions["csrf"].exempt(floor.blueprint)
    app.register_blueprint(floor.blueprint)
    Server(app, settings).run()
