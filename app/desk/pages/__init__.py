"""Pages of the desk: taking a request, cases, and the records behind them."""

from app.desk.pages import (
    calendars,
    case,
    case_acts,
    customer_links,
    dispatch,
    finder,
    handover,
    letter_pages,
    listing,
    merging,
    paper_records,
    papers,
    penalties,
    ratings,
    registers,
    request,
    responsibilities,
    stock,
)
from app.desk.pages.blueprint import cases, desk, letters
from app.desk.pages.blueprint import dispatch as dispatch_board

__all__ = [
    "calendars",
    "case",
    "case_acts",
    "cases",
    "customer_links",
    "desk",
    "dispatch",
    "dispatch_board",
    "finder",
    "handover",
    "letter_pages",
    "letters",
    "listing",
    "merging",
    "paper_records",
    "papers",
    "penalties",
    "ratings",
    "registers",
    "request",
    "responsibilities",
    "stock",
]
