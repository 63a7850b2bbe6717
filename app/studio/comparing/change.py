"""One difference, and what comparing anything with settings has in common."""

import dataclasses
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from app.errors import Invalid

Sign = t.Literal["added", "removed", "changed", "moved"]


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """What something is called; `en` is empty where nobody gave it an English name.

    With an id it stands for the thing itself, which stays the same when it is renamed.
    """

    zh: str
    en: str = ""
    id: str = ""


Value = str | Names


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        sign: what became of it.
        what: the kind of thing that was added, removed or moved (a BPMN tag, `rule`, `input`, a form-js type …), or the
            setting that changed (`assignmentDefinition.candidateGroups`, `cell`, `validate.required` …).
        subject: what the thing is called.
        element_id: what to show in the picture, empty when there is nothing to show.
        was: the old value, empty for none.
        now: the new value, empty for none.
        rule: the number of the rule in the new table, or in the old one when it is gone; 0 where there are no rules.
        details: what else is to be said about something new or gone: setting or column → value.
    """

    sign: Sign
    what: str
    subject: Names
    element_id: str = ""
    was: Value = ""
    now: Value = ""
    rule: int = 0
    details: tuple[tuple[str, Value], ...] = ()


class NotComparable(Invalid):
    """One of the two files cannot be read at all."""


def root_of(source: bytes) -> etree._Element:
    """The root of an XML file from anybody: entities stay unresolved and nothing is fetched. Raises NotComparable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise NotComparable("studio.not_comparable") from error


def local_name(tag: t.Any) -> str:
    """A tag or attribute without its namespace; empty for comments and processing instructions."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def words_in(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(text) for text in element.itertext()).strip()


def put(settings: dict[str, Value], key: str, value: Value) -> None:
    """Add a setting; the second of the same name gets a number, as two listeners of one event do."""
    name, number = key, 1
    while name in settings:
        number += 1
        name = f"{key} {number}"
    settings[name] = value


def setting_changes(
    old: Mapping[str, Value], new: Mapping[str, Value], subject: Names, element_id: str
) -> Iterator[Change]:
    """What is set differently, in the order of the new settings; what is gone comes last."""
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key, ""), new.get(key, "")
        if was != now and not _is_same_thing(was, now):
            yield Change("changed", key, subject, element_id, was, now)


def _is_same_thing(was: Value, now: Value) -> bool:
    return isinstance(was, Names) and isinstance(now, Names) and was.id == now.id != ""


def name_changes(old: Names, new: Names, subject: Names, element_id: str) -> Iterator[Change]:
    """A new name in either language."""
    if old.zh != new.zh:
        yield Change("changed", "name", subject, element_id, old.zh, new.zh)
    if old.en != new.en:
        yield Change("changed", "name:en", subject, element_id, old.en, new.en)


def chosen(settings: Mapping[str, Value], keys: Iterable[str]) -> tuple[tuple[str, Value], ...]:
    """The settings worth telling about something new, in the order of the keys."""
    return tuple((key, settings[key]) for key in keys if settings.get(key))
