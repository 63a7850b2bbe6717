"""Who we are on papers, in letters and before customers: the company profile of the settings."""

import dataclasses

from flask import Flask, current_app

from app import i18n
from app.config import Company, Settings
from app.people.units import unit_tree


@dataclasses.dataclass(frozen=True)
class Head:
    """The company as it heads a page, in the present language."""

    name: str
    address: str
    phone: str


def init_app(app: Flask) -> None:
    """Give templates `company_head`."""
    app.jinja_env.globals["company_head"] = company_head


def company_head() -> Head:
    """Return the company's head; without a name in the settings it is called like its uppermost unit."""
    settings: Settings = current_app.extensions["settings"]
    company: Company = settings.company
    name = i18n.localised({"zh": company.name, "en": company.name_en})
    address = i18n.localised({"zh": company.address, "en": company.address_en})
    return Head(name or _uppermost(), address, company.phone)


def _uppermost() -> str:
    return next((node.name for node in unit_tree().nodes if len(node.above) == 1), "Firstline 首问")
