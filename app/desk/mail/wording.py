"""What letters say, by template and language: our own sentences, or the company's from a folder.

A file `<template>.<language>.txt` holds the subject in its first line and the text below it; `{name}` and the like
stand for values. It is read and checked when the program starts, because a letter that cannot be written is found too
late.
"""

import dataclasses
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import current_app

from app import i18n
from app.config import ConfigError

TEMPLATES = (
    "appointment_made", "balance_open", "case_closed", "collect_unit", "dunning", "exchange_rejected", "part_expected",
    "part_late", "parts_expected", "payment_overdue", "quote_ready", "quote_reminder", "request_accepted",
    "responsibility_moved", "service_continues", "training_planned", "upgrade_not_possible",
)  # fmt: skip
"""Notices that go to customers."""
NOTICE = "staff_notice"
"""What goes to people of the house; its `sentence` is what they were told in the app."""
EVERYWHERE = frozenset({"name", "case_no", "company", "phone", "link", "sentence"})
"""Values that every letter has; `sentence` is what we would say."""
PLACE = re.compile(r"%\((\w+)\)s")


@dataclasses.dataclass(frozen=True)
class Words:
    """Subject and paragraphs of a letter."""

    subject: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return [one.strip() for one in self.text.split("\n\n") if one.strip()]


@dataclasses.dataclass(frozen=True)
class Wording:
    """One letter in one language as an owner reads it; `own` tells that it is the company's."""

    template: str
    language: str
    words: Words
    own: bool


def words(template: str, language: str, values: Mapping[str, str]) -> Words:
    """Return what a letter says with its values filled in."""
    known = {"sentence": i18n.text(f"notice.{template}", **values)} | dict(values)
    own = _folder().get((template, language))
    if own is None:
        return Words(i18n.text(_subject(template), **known), i18n.text("mail.text", **known))
    filled = dict.fromkeys(places(template), "") | known
    return Words(own.subject.format(**filled), own.text.format(**filled))


def all_wording() -> Iterator[Wording]:
    """Return every letter in both languages, with places for its values, for an owner to read."""
    for template in (*TEMPLATES, NOTICE):
        for language in i18n.LANGUAGES:
            own = _folder().get((template, language))
            yield Wording(template, language, own or _ours(template, language), own is not None)


def _ours(template: str, language: str) -> Words:
    known = i18n.catalogue(language)
    text = PLACE.sub(r"{\1}", known.ugettext("mail.text"))
    if template != NOTICE:
        text = text.replace("{sentence}", PLACE.sub(r"{\1}", known.ugettext(f"notice.{template}")))
    return Words(PLACE.sub(r"{\1}", known.ugettext(_subject(template))), text)


def _subject(template: str) -> str:
    return "mail.subject.notice" if template == NOTICE else "mail.subject"


def places(template: str) -> frozenset[str]:
    """Return the values a letter of a template may name."""
    return EVERYWHERE | frozenset(PLACE.findall(i18n.catalogue("en").ugettext(f"notice.{template}")))


def read_folder(path: str) -> dict[tuple[str, str], Words]:
    """Read the company's wording. Raises ConfigError naming the file and what is wrong with it."""
    if not path:
        return {}
    folder = Path(path)
    if not folder.is_dir():
        raise ConfigError(f"mail.wording names {path}, but there is no such folder.")
    return {_named(file): _read(file) for file in sorted(folder.glob("*.txt"))}


def _named(file: Path) -> tuple[str, str]:
    template, _, language = file.stem.rpartition(".")
    if template not in (*TEMPLATES, NOTICE) or language not in i18n.LANGUAGES:
        known = ", ".join((*TEMPLATES, NOTICE))
        raise ConfigError(f"{file}: a file of wording is called <template>.<zh or en>.txt; templates are {known}.")
    return template, language


def _read(file: Path) -> Words:
    subject, _, text = file.read_text("utf-8").replace("\r\n", "\n").partition("\n")
    if not subject.strip() or not text.strip():
        raise ConfigError(f"{file}: the first line is the subject, the text stands below it.")
    allowed = places(_named(file)[0])
    try:
        parsed = list(string.Formatter().parse(subject + text))
    except ValueError as error:
        raise ConfigError(f"{file}: {error}; a brace that is meant as such is written twice.") from error
    named = {f"{name}{'!' if how else ''}{':' if spec else ''}" for _, name, spec, how in parsed if name is not None}
    if unknown := sorted(named - allowed):
        raise ConfigError(f"{file} names {{{unknown[0]}}}; known here: {', '.join(sorted(allowed))}.")
    return Words(subject.strip(), text.strip())


def _folder() -> dict[tuple[str, str], Words]:
    found: dict[tuple[str, str], Words] = current_app.extensions["mail_wording"]
    return found
