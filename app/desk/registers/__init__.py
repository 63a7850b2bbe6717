"""Registers: the master data of the company, each described once; lists, pages, export and import come from that."""

from app.desk.registers.catalogue import NAMINGS, REGISTERS, named

__all__ = ["NAMINGS", "REGISTERS", "named"]
