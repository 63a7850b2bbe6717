"""The after-sales records of catalogue section 2: master data, cases and the documents a case produces."""

from app.desk.models.case import Case, DocumentNumber, ResponsibilityLink
from app.desk.models.customer import ANONYMOUS, Contact, Customer, ServiceContract
from app.desk.models.device import Asset, Product
from app.desk.models.event import BusinessEvent, EventRule, Opportunity
from app.desk.models.indicator import KpiRange
from app.desk.models.knowledge import KnowledgeArticle
from app.desk.models.link import CustomerLink, QuoteSignature, ServiceRating
from app.desk.models.mail import OutboxMail
from app.desk.models.maintenance import MaintenancePlan
from app.desk.models.merge import CustomerMerge
from app.desk.models.outlet import ServiceOutlet
from app.desk.models.part import PartStock, PriceListEntry, SparePart, StockMovement
from app.desk.models.record import CaseNote, Document, NewNeed, Notice, PenaltyRecord
from app.desk.models.register_import import RegisterImport
from app.desk.models.search import SearchKey
from app.desk.models.staff import USUAL_CAPACITY, StaffCapacity, StaffSkill
from app.desk.models.unit_stock import UnitMovement, UnitStock
from app.desk.models.version import ProductVersion

__all__ = [
    "ANONYMOUS",
    "USUAL_CAPACITY",
    "Asset",
    "BusinessEvent",
    "Case",
    "CaseNote",
    "Contact",
    "Customer",
    "CustomerLink",
    "CustomerMerge",
    "Document",
    "DocumentNumber",
    "EventRule",
    "KnowledgeArticle",
    "KpiRange",
    "MaintenancePlan",
    "NewNeed",
    "Notice",
    "Opportunity",
    "OutboxMail",
    "PartStock",
    "PenaltyRecord",
    "PriceListEntry",
    "Product",
    "ProductVersion",
    "QuoteSignature",
    "RegisterImport",
    "ResponsibilityLink",
    "SearchKey",
    "ServiceContract",
    "ServiceOutlet",
    "ServiceRating",
    "SparePart",
    "StaffCapacity",
    "StaffSkill",
    "StockMovement",
    "UnitMovement",
    "UnitStock",
]
