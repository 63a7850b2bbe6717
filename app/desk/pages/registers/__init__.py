"""The pages of every register: list, record, form, export and import. A register is `app/desk/registers`."""

from app.desk.pages.registers import forms, lists, records, sheets

__all__ = ["forms", "lists", "records", "sheets"]
