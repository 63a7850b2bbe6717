"""What papers call the things they list, and the words for codes that forms store."""

from app import i18n
from app.desk.papers import form_words

FIGURES = frozenset(
    {
        "quantity", "amount", "price", "declared", "received", "counted", "on_hand", "used", "reported", "returned",
        "safety_stock", "opening", "closing", "boxes", "weight", "days_since_sale", "labour", "part_amount", "total",
        "unit_price", "fee", "quoted", "accepted", "rejected", "invoiced", "paid", "overdue", "ordered", "difference",
    }
)  # fmt: skip
"""Columns of figures, set to the right."""
SUMS = frozenset(
    {
        "amount", "price", "total", "labour", "part_amount", "unit_price", "fee", "amount_due", "price_difference",
        "quoted", "accepted", "rejected", "invoiced", "paid", "overdue", "written_off", "signed_total",
    }
)  # fmt: skip
"""Sums of money in yuan."""


def label(name: str) -> str:
    """Return what a field is called; the last part of a path counts when the path has no name of its own."""
    for key in (name, name.rpartition(".")[2]):
        text = i18n.text(code := f"desk.paper.{key}")
        if text != code:
            return text
    last = name.rpartition(".")[2]
    return form_words.label(last) or last.replace("_", " ")


def value(name: str, code: str) -> str:
    """Return the word of a code, or what was typed."""
    key = f"desk.paper.{name.rpartition('.')[2]}.{code}"
    text = i18n.text(key)
    if text != key:
        return text
    return form_words.choice(name.rpartition(".")[2], code) or code
