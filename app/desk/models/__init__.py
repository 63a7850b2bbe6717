"""The after-sales records of catalogue section 2: master data, cases and the documents a case produces."""

from app.desk.models.case import Case, DocumentNumber, Notice, ResponsibilityLink
from app.desk.models.customer import Contact, Customer, ServiceContract
from app.desk.models.device import Asset, Product
from app.desk.models.part import PartStock, PriceListEntry, SparePart, StockMovement

__all__ = [
    "Asset",
    "Case",
    "Contact",
    "Customer",
    "DocumentNumber",
    "Notice",
    "PartStock",
    "PriceListEntry",
    "Product",
    "ResponsibilityLink",
    "ServiceContract",
    "SparePart",
    "StockMovement",
]
