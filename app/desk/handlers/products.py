"""`desk.products`: what the catalogue of products asks of whoever installs and maintains them."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk.models import Product
from app.engine.registry import JobContext


def look_up(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"products", "unknown"}: what is known of each of `models`, in that order, and the models nobody knows."""
    named = job.inputs.get("models") or []
    models = list(dict.fromkeys(str(one).strip() for one in named if one))
    found = {one.model: one for one in job.session.scalars(sa.select(Product).where(Product.model.in_(models)))}
    return {
        "products": [_told(found[model]) for model in models if model in found],
        "unknown": [model for model in models if model not in found],
    }


def _told(product: Product) -> dict[str, t.Any]:
    return {
        "model": product.model,
        "name": product.name,
        "line": product.line,
        "brand": product.brand,
        "version": product.version,
        "needs_installation": product.needs_installation,
        "needs_maintenance": product.needs_maintenance,
        "site_checklist": product.site_checklist,
        "commissioning_tests": product.commissioning_tests,
    }
