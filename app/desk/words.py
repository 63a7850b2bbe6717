"""The words behind codes that the desk shows: in its pages and in spreadsheets."""

import typing as t
from collections.abc import Mapping

from app.desk import requests
from app.i18n import lazy_text as _l

CHANNELS: Mapping[str, t.Any] = {
    "counter": _l("Counter"),
    "phone": _l("Phone"),
    "phone_800": _l("800 line"),
    "web": _l("Website"),
    "email": _l("E-mail"),
    "fax": _l("Fax"),
    "letter": _l("Letter"),
    "dept_forward": _l("Forwarded by a department"),
    "system": _l("System"),
}
KINDS: Mapping[str, t.Any] = {"person": _l("Private person"), "company": _l("Company"), "anonymous": _l("Anonymous")}
CLASSES: Mapping[str, t.Any] = {
    "standard": _l("Standard"),
    "key_account": _l("Key account"),
    "dealer": _l("Dealer"),
    "vendor": _l("Supplier"),
}
REACHED_BY: Mapping[str, t.Any] = {"phone": _l("Phone"), "sms": _l("Text message"), "email": _l("E-mail")}
LINES: Mapping[str, t.Any] = {
    "handset": _l("Handset"),
    "server": _l("Server"),
    "transmission": _l("Transmission"),
    "gsm": _l("GSM equipment"),
    "desktop": _l("Desktop computer"),
    "notebook": _l("Notebook"),
    "main_board": _l("Main board"),
    "pager": _l("Pager"),
    "software": _l("Software"),
    "other": _l("Other"),
}
BRANDS: Mapping[str, t.Any] = {"own": _l("Own brand"), "motorola": "Motorola", "other": _l("Other")}
WARRANTY_STARTS: Mapping[str, t.Any] = {
    "sale": _l("the sale"),
    "delivery": _l("the delivery"),
    "installation": _l("the installation"),
}
DEVICE_STATES: Mapping[str, t.Any] = {
    "in_use": _l("In use"),
    "in_repair": _l("In repair"),
    "swapped": _l("Swapped"),
    "scrapped": _l("Scrapped"),
}
STOCKS: Mapping[str, t.Any] = {
    "on_hand": _l("On hand"),
    "reserved": _l("Reserved"),
    "in_transit": _l("In transit"),
    "old_parts_on_hand": _l("Old parts"),
}
DEVICE_STOCKS: Mapping[str, t.Any] = {"good_qty": _l("Good"), "bad_qty": _l("Bad")}
MOVES: Mapping[str, t.Any] = {
    "repair": _l("Used in a repair"),
    "reservation": _l("Reserved for a case"),
    "released": _l("Reservation given back"),
    "shipped": _l("Sent to another site"),
    "received": _l("Come in"),
    "delivered": _l("Delivered by a vendor"),
    "lost": _l("Lost on the way"),
    "old_parts": _l("Old parts moved"),
    "count_difference": _l("Difference of a count"),
    "correction": _l("Corrected by hand"),
    "issue": _l("Given out"),
    "store": _l("Put down"),
}
PENALTY_STATES: Mapping[str, t.Any] = {
    "proposed": _l("Proposed"),
    "in_review": _l("In review"),
    "confirmed": _l("Confirmed"),
    "waived": _l("Waived"),
}
ARTICLE_STATES: Mapping[str, t.Any] = {
    "draft": _l("Draft"),
    "published": _l("Offered to colleagues"),
    "rejected": _l("Rejected"),
}
CONTRACT_STATES: Mapping[str, t.Any] = {
    "draft": _l("Draft"),
    "active": _l("Active"),
    "expired": _l("Expired"),
    "terminated": _l("Terminated"),
}
PRICE_KINDS: Mapping[str, t.Any] = {
    "parts": _l("Part"),
    "terminal": _l("Labour, terminals"),
    "system": _l("Labour, systems"),
    "on_site": _l("On-site visit"),
}
WHAT_FOR: Mapping[str, t.Any] = {
    requests.OUTLET_REPAIR: _l("The device is here: fill in the slip, judge the warranty, repair it or send it on."),
    requests.INTAKE: _l("Register the request; rules find who handles it and by when."),
    requests.COMPLAINT: _l("The customer is not satisfied: record it, find the cause, answer."),
}


def word(words: Mapping[str, t.Any], code: str | None) -> str:
    """Return the word of a code; the code itself when nobody wrote one."""
    return str(words.get(code or "", code or ""))
