"""`python -m app.layout` is the command without the rest of the house."""

from app.layout.cli import layout

layout(prog_name="firstline layout")
