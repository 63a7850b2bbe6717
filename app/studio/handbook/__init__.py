"""The handbook of a process: what its diagram, tables and forms say, put into the words of whoever works by it."""

from app.studio.handbook.book import Handbook, handbook

__all__ = ["Handbook", "handbook"]
