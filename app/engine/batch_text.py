"""What became of one instance of an order, in the present language."""

from app import i18n
from app.engine.migration_text import said
from app.engine.models import BatchItem


def item_sentence(item: BatchItem, target: int | None) -> str:
    """Say why an instance stayed as it was: the reasons of a migration's verdict, else what went wrong.

    :param target: key of the version it was to be moved to.
    """
    reasons = [one["message"] for one in said(item.findings or (), item.definition_key, target)
               if one["severity"] == "error"]  # fmt: skip
    return i18n.join_sentences(reasons) if reasons else i18n.text(item.code or "", **(item.params or {}))
