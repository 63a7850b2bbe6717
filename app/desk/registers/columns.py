"""What the columns of a register hold: how a value is read from what was typed, and how it is spelled."""

import dataclasses
import datetime as dt
import decimal
import functools
import re
import typing as t
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import current_app

from app import i18n
from app.desk.customers import LEAST_DIGITS, MAIL, MOBILE_DIGITS
from app.desk.lookup import phone_form, serial_form
from app.desk.places import place_name
from app.i18n import text as _
from app.people.units import unit_tree

Words = Mapping[str, t.Any]
CENT = decimal.Decimal("0.01")
MOST_MONEY = decimal.Decimal("99999999.99")
MOST_NUMBER = 999_999_999
YES = frozenset({"yes", "y", "true", "1", "x", "是", "有", "对", "√"})
NO = frozenset({"no", "n", "false", "0", "否", "无", "-"})
EMPTY = "–"


class Wrong(Exception):
    """What was typed cannot be a value of the column."""

    def __init__(self, code: str, **params: t.Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclasses.dataclass(frozen=True, kw_only=True)
class Column:
    """A text of one line.

    Attributes:
        name: attribute of the model, name of the field, and a heading that sheets may use in every language.
        blank: what an empty field means.
        written: False for what processes write; it is shown and exported, never typed or imported.
        fixed: may be written once, with the record.
    """

    name: str
    label: t.Any
    hint: t.Any = ""
    required: bool = False
    blank: t.Any = None
    written: bool = True
    fixed: bool = False
    longest: int = 200
    control: t.ClassVar[str] = "text"
    numeric: t.ClassVar[bool] = False
    code: t.ClassVar[bool] = False

    @property
    def kind(self) -> str:
        """What may stand in the column, in the present language; for the page that says what a sheet may hold."""
        return _("text of up to %(limit)d characters", limit=self.longest)

    def read(self, typed: str) -> t.Any:
        """Return the value of what was typed, which is not empty. Raises Wrong."""
        if len(typed) > self.longest:
            raise Wrong("desk.field_too_long", limit=self.longest)
        return typed

    def spelled(self, value: t.Any) -> str:
        """Return a value as `read` takes it."""
        return "" if value is None else str(value)

    def shown(self, value: t.Any) -> str:
        """Return a value as people read it."""
        return self.spelled(value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account(Column):
    """Somebody's account, which processes wrote; sheets hold its name, people read the person's."""

    written: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Prose(Column):
    """A text of several lines."""

    longest: int = 4000
    control: t.ClassVar[str] = "area"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Code(Column):
    """A number of something, stored in capitals without spaces, as it is looked up."""

    longest: int = 60
    code: t.ClassVar[bool] = True

    def read(self, typed: str) -> str:
        return str(super().read(re.sub(r"\s+", "", typed).upper()))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Serial(Code):
    """A serial number or IMEI, stored without anything between its characters."""

    digits: int = 0
    """How many digits it has; 0 when it may be anything."""

    def read(self, typed: str) -> str:
        number = serial_form(typed)
        if self.digits and not (number.isdigit() and len(number) == self.digits):
            raise Wrong("desk.imei_digits", count=len(number))
        return str(super().read(number))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Phone(Column):
    """A telephone number, stored as digits so that any spelling finds it."""

    longest: int = 30
    control: t.ClassVar[str] = "tel"
    code: t.ClassVar[bool] = True

    @property
    def kind(self) -> str:
        return _("telephone number in any spelling")

    def read(self, typed: str) -> str:
        digits = phone_form(typed)
        if digits.startswith("1") and len(digits) != MOBILE_DIGITS and not digits.startswith("1010"):
            raise Wrong("desk.mobile_digits", count=len(digits))
        if len(digits) < LEAST_DIGITS:
            raise Wrong("desk.phone_digits", count=len(digits))
        return str(super().read(digits))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mail(Column):
    """An e-mail address."""

    control: t.ClassVar[str] = "email"

    @property
    def kind(self) -> str:
        return _("e-mail address")

    def read(self, typed: str) -> str:
        if not MAIL.fullmatch(typed):
            raise Wrong("desk.mail_shape")
        return str(super().read(typed))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """One of a few codes, each with its word; either is understood, in every language."""

    words: Words
    control: t.ClassVar[str] = "select"

    @property
    def kind(self) -> str:
        return ("、" if i18n.language() == "zh" else ", ").join(str(word) for word in self.words.values())

    def read(self, typed: str) -> str:
        found = self._codes.get(typed.casefold())
        if found is None:
            raise Wrong("desk.not_a_choice", choices=self.kind)
        return found

    def spelled(self, value: t.Any) -> str:
        return str(self.words.get(value, value)) if value is not None else ""

    @functools.cached_property
    def _codes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for language in i18n.LANGUAGES:
            with i18n.in_language(language):
                found |= {str(word).casefold(): code for code, word in self.words.items()}
        return found | {code.casefold(): code for code in self.words}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Flag(Column):
    """Yes or no; empty means no."""

    blank: t.Any = False
    control: t.ClassVar[str] = "check"

    @property
    def kind(self) -> str:
        return _("yes or no")

    def read(self, typed: str) -> bool:
        said = typed.casefold()
        if said not in YES | NO:
            raise Wrong("desk.not_yes_or_no")
        return said in YES

    def spelled(self, value: t.Any) -> str:
        return _("yes") if value else _("no")

    def shown(self, value: t.Any) -> str:
        return _("yes") if value else EMPTY


@dataclasses.dataclass(frozen=True, kw_only=True)
class Whole(Column):
    """A whole number between two bounds."""

    least: int = 0
    most: int = MOST_NUMBER
    control: t.ClassVar[str] = "number"
    numeric: t.ClassVar[bool] = True

    @property
    def kind(self) -> str:
        return _("whole number, %(least)d to %(most)d", least=self.least, most=self.most)

    def read(self, typed: str) -> int:
        plain = typed.replace(",", "").replace("，", "").removesuffix(".0")
        if not re.fullmatch(r"[+-]?\d{1,12}", plain, re.ASCII) or not self.least <= int(plain) <= self.most:
            raise Wrong("desk.not_a_whole_number", least=self.least, most=self.most)
        return int(plain)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Amount(Column):
    """Yuan with two decimals, not negative."""

    control: t.ClassVar[str] = "money"
    numeric: t.ClassVar[bool] = True

    @property
    def kind(self) -> str:
        return _("amount in yuan with up to two decimals")

    def read(self, typed: str) -> decimal.Decimal:
        plain = re.sub(r"[¥￥,，\s]|元$", "", typed)
        try:
            amount = decimal.Decimal(plain)
        except decimal.InvalidOperation:
            raise Wrong("desk.not_an_amount") from None
        if not amount.is_finite() or not 0 <= amount <= MOST_MONEY or amount != amount.quantize(CENT):
            raise Wrong("desk.not_an_amount")
        return amount.quantize(CENT)

    def spelled(self, value: t.Any) -> str:
        return "" if value is None else str(decimal.Decimal(value).quantize(CENT))

    def shown(self, value: t.Any) -> str:
        return "" if value is None else f"{value:,.2f}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day(Column):
    """A day, as 2024-06-03, 2024/6/3 or 2024年6月3日."""

    control: t.ClassVar[str] = "date"

    @property
    def kind(self) -> str:
        return _("day as 2024-06-03")

    def read(self, typed: str) -> dt.date:
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", typed)
        try:
            return dt.date(*(int(part) for part in found.groups())) if found else dt.date.fromisoformat(typed)
        except ValueError:
            raise Wrong("desk.not_a_day") from None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Moment(Column):
    """A moment that the product wrote down itself."""

    written: bool = False

    @property
    def kind(self) -> str:
        return _("time")

    def spelled(self, value: t.Any) -> str:
        zone = ZoneInfo(current_app.extensions["settings"].company.zone)
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value is not None else ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Items(Prose):
    """Several short texts: one a line in a form, with semicolons between in a sheet."""

    blank: t.Any = dataclasses.field(default_factory=list)

    @property
    def kind(self) -> str:
        return _("several texts with semicolons between")

    def read(self, typed: str) -> list[str]:
        return [item for part in re.split(r"[\n;；]", str(super().read(typed))) if (item := part.strip())]

    def spelled(self, value: t.Any) -> str:
        return "; ".join(str(item) for item in value or ())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place(Column):
    """A unit by its code; the code or the name in either language is understood."""

    kinds: tuple[str, ...] = ()
    """Kinds of unit it may be; empty for all."""
    control: t.ClassVar[str] = "select"

    @property
    def kind(self) -> str:
        return _("code or name of a unit")

    @property
    def words(self) -> dict[str, str]:
        """The units to choose from, by code."""
        return {
            node.code: node.name
            for node in unit_tree().nodes
            if node.active and (not self.kinds or node.kind in self.kinds)
        }

    def read(self, typed: str) -> str:
        nodes = [node for node in unit_tree().nodes if not self.kinds or node.kind in self.kinds]
        found = {node.code for node in nodes if typed == node.code or typed in node.names.values()}
        if len(found) != 1:
            raise Wrong("desk.unit_unknown", unit=typed)
        return found.pop()

    def spelled(self, value: t.Any) -> str:
        return "" if value is None else str(value)

    def shown(self, value: t.Any) -> str:
        return place_name(value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reference(Column):
    """Another record by its row number; it is spelled by what identifies it in its own register."""

    to: str
    """Id of that register."""
    longest: int = 300
    control: t.ClassVar[str] = "reference"

    @property
    def kind(self) -> str:
        return _("what identifies the other record: its name, number or code")
