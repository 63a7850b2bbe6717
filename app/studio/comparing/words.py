"""Differences in sentences of the page's language, with the old and the new value marked."""

import dataclasses
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.engine.catalogue import Kind
from app.i18n import language
from app.i18n import page_text as _
from app.studio.comparing.change import Change, Names, Sign, Value
from app.studio.comparing.labels import part_name, setting_name

MOST = 400
"""Letters of a value that are shown; an expression may be a page long."""
_WHOLE_KINDS = frozenset(("kind", "trigger"))
_FLAGS = {"true": True, "false": False}
_SWITCHES = frozenset((
    "validate.required", "readonly", "disabled", "cancelActivity", "isInterrupting", "isExecutable",
    "multiInstanceLoopCharacteristics.isSequential",
))  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """One line of the list: what became of what, and where it is."""

    sign: Sign
    sentence: Markup
    element_id: str

    @property
    def plain(self) -> str:
        """The sentence without its marks, for letters and logs."""
        return self.sentence.striptags()


def said(kind: Kind, changes: Iterable[Change]) -> list[Said]:
    """Every difference in words; what was only moved in a drawing is one line at the end."""
    listed = list(changes)
    drawn = kind == "process" and sum(one.sign == "moved" for one in listed)
    lines = [Said(one.sign, _sentence(one), one.element_id) for one in listed if not (drawn and one.sign == "moved")]
    if drawn:
        words = _("%(count)s elements were only moved in the picture; nothing runs differently", count=drawn)
        lines.append(Said("moved", words, ""))
    return lines


def counts(changes: Sequence[Change]) -> dict[Sign, int]:
    """How many things were added, removed, changed and moved; a thing with several new settings counts once."""
    things: dict[Sign, set[tuple[str, int, str]]] = {}
    for one in changes:
        things.setdefault(one.sign, set()).add((one.element_id, one.rule, one.subject.zh))
    return {sign: len(found) for sign, found in things.items()}


def marks(changes: Iterable[Change]) -> dict[str, dict[str, Sign]]:
    """Which element is to be marked how, in the old picture and in the new one."""
    old: dict[str, Sign] = {}
    new: dict[str, Sign] = {}
    for one in changes:
        if one.element_id and one.sign != "added":
            old.setdefault(one.element_id, one.sign)
        if one.element_id and one.sign != "removed":
            new.setdefault(one.element_id, one.sign)
    return {"old": old, "new": new}


def _sentence(change: Change) -> Markup:
    if change.sign == "added":
        return _with_details(_added(change), change)
    if change.sign == "removed":
        return _with_details(_removed(change), change)
    if change.sign == "moved":
        return _moved(change)
    return _changed(change)


def _added(change: Change) -> Markup:
    if change.what == "rule":
        return _("New rule %(number)s", number=change.rule)
    return _("New %(kind)s %(name)s", kind=part_name(change.what), name=_name(change.subject))


def _removed(change: Change) -> Markup:
    if change.what == "rule":
        return _("Rule %(number)s is gone", number=change.rule)
    return _("The %(kind)s %(name)s is gone", kind=part_name(change.what), name=_name(change.subject))


def _moved(change: Change) -> Markup:
    if change.what == "rule":
        return _("Rule %(was)s is now rule %(now)s", was=shown(change.was), now=shown(change.now))
    return _("%(name)s stands in another place", name=_name(change.subject))


def _changed(change: Change) -> Markup:
    place = _place(change)
    if change.what == "validate.required" and {change.was, change.now} == {"", "true"}:
        if change.now:
            return _("%(name)s is now required", name=place)
        return _("%(name)s need not be filled in any more", name=place)
    if change.what == "logic" and not (change.was and change.now):
        return _("%(name)s is worked out in another way", name=place)
    values = {"was": _old(change), "now": _new(change)}
    if change.what == "cell":
        return _("%(name)s: %(was)s → %(now)s", name=place, **values)
    name = Markup("{}").format(setting_name(change.what))
    if not change.was:
        return _("%(setting)s of %(name)s: now %(now)s", setting=name, name=place, now=values["now"])
    if not change.now:
        return _("%(setting)s of %(name)s: %(was)s is gone", setting=name, name=place, was=values["was"])
    return _("%(setting)s of %(name)s: %(was)s → %(now)s", setting=name, name=place, **values)


def _place(change: Change) -> Markup:
    """What was changed: an element, a field, a column of a rule."""
    if not change.rule:
        return _name(change.subject)
    rule = Markup("<b>{}</b>").format(_("rule %(number)s", number=change.rule))
    return _("%(rule)s, %(column)s", rule=rule, column=in_language(change.subject)) if change.subject.zh else rule


def _with_details(sentence: Markup, change: Change) -> Markup:
    if not change.details:
        return sentence
    pair = Markup('{} <span class="fl-code">{}</span>')
    told = [pair.format(setting_name(key), shown(value, key)) for key, value in change.details]
    return Markup("{}{}{}").format(sentence, "：" if language() == "zh" else ": ", _joined(told))


def _joined(parts: Sequence[Markup]) -> Markup:
    comma = Markup("，") if language() == "zh" else Markup(", ")
    return comma.join(parts)


def _name(names: Names) -> Markup:
    return Markup("<b>{}</b>").format(in_language(names))


def _old(change: Change) -> Markup:
    return Markup('<del class="fl-was">{}</del>').format(shown(change.was, change.what) or "–")


def _new(change: Change) -> Markup:
    return Markup('<ins class="fl-now">{}</ins>').format(shown(change.now, change.what) or "–")


def in_language(value: Names) -> str:
    """What it is called in the language of the page."""
    return value.en if value.en and language() == "en" else value.zh


def shown(value: Value, key: str = "") -> str:
    """A value for people: names in their language, yes and no, kinds in words, and no more than can be read."""
    if isinstance(value, Names):
        return in_language(value)
    if key in _WHOLE_KINDS:
        return part_name(value)
    if key in _SWITCHES and value in _FLAGS:
        return str(_("yes") if _FLAGS[value] else _("no"))
    return value if len(value) <= MOST else value[:MOST] + "…"
