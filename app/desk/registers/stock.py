"""The registers of what lies where, and of every move with its cause. Processes and corrections write moves."""

import typing as t

import sqlalchemy as sa

from app.desk import words
from app.desk.models import PartStock, Product, SparePart, StockMovement, UnitMovement, UnitStock
from app.desk.registers.columns import Account, Choice, Column, Moment, Place, Reference, Whole
from app.desk.registers.register import Register, right
from app.i18n import lazy_text as _l

PART = Reference(name="part_id", label=_l("Part"), to="parts", required=True, fixed=True)
PRODUCT = Reference(name="product_id", label=_l("Product"), to="products", written=False)
CASE = Reference(name="case_id", label=_l("Case"), to="cases", written=False)
KEEPERS = right("material_dispatcher", "warehouse_keeper", "outlet_supervisor", "repair_manager")
"""Who maintains safety stock and corrects the books, at the site or above it."""


def _by_part(column: t.Any) -> t.Callable[[str], list[sa.ColumnElement[bool]]]:
    def ways(text: str) -> list[sa.ColumnElement[bool]]:
        named = (one.icontains(text, autoescape=True) for one in (SparePart.part_no, SparePart.name, SparePart.name_en))
        return [column.in_(sa.select(SparePart.id).where(sa.or_(*named)))]

    return ways


def _by_product(column: t.Any) -> t.Callable[[str], list[sa.ColumnElement[bool]]]:
    def ways(text: str) -> list[sa.ColumnElement[bool]]:
        named = (one.icontains(text, autoescape=True) for one in (Product.model, Product.name, Product.name_en))
        return [column.in_(sa.select(Product.id).where(sa.or_(*named)))]

    return ways


def _low() -> sa.ColumnElement[bool]:
    return PartStock.on_hand + PartStock.in_transit - PartStock.reserved < PartStock.safety_stock


def _on_its_way() -> sa.ColumnElement[bool]:
    return PartStock.in_transit > 0


def _held(name: str, label: t.Any) -> Whole:
    return Whole(name=name, label=label, written=False)


STOCK = Register(
    id="stock",
    model=PartStock,
    title=_l("Stock of parts"),
    one=_l("Stock"),
    about=_l("What lies at each site, is reserved or on its way; processes move it, people set the safety stock."),
    icon="table",
    columns=(
        PART,
        Place(name="site", label=_l("Site"), required=True, fixed=True),
        _held("on_hand", _l("On hand")),
        _held("reserved", _l("Reserved")),
        _held("in_transit", _l("In transit")),
        Whole(
            name="safety_stock", label=_l("Safety stock"), blank=0, most=1_000_000,
            hint=_l("Below it, parts are ordered."),
        ),
        _held("old_parts_on_hand", _l("Old parts")),
        Moment(name="counted_at", label=_l("Counted")),
    ),
    key=("part_id", "site"),
    names=(),
    listed=("part_id", "site", "on_hand", "reserved", "in_transit", "safety_stock", "old_parts_on_hand"),
    searched=(),
    search=_by_part(PartStock.part_id),
    filters=("site",),
    views={"low": (_l("below safety stock"), _low), "coming": (_l("on its way"), _on_its_way)},
    order=("site", "part_id"),
    place="site",
    writes=KEEPERS,
    template="desk/stock.html",
)  # fmt: skip

MOVES = Register(
    id="moves",
    model=StockMovement,
    title=_l("Moves of parts"),
    one=_l("Stock move"),
    about=_l("Every change of a stock of parts: when, where, how many and why. Nothing in it is ever changed."),
    icon="move",
    columns=(
        Moment(name="at", label=_l("When")),
        Place(name="site", label=_l("Site"), written=False),
        Reference(name="part_id", label=_l("Part"), to="parts", written=False),
        Choice(name="bucket", label=_l("Stock moved"), words=words.STOCKS, written=False),
        Whole(name="quantity", label=_l("Quantity"), written=False),
        Choice(name="reason", label=_l("Cause"), words=words.MOVES, written=False),
        CASE,
        Column(name="note", label=_l("Remark"), written=False),
        Account(name="username", label=_l("By")),
    ),
    key=("at",),
    names=(),
    listed=("at", "site", "part_id", "bucket", "quantity", "reason", "case_id", "note"),
    searched=("note",),
    search=_by_part(StockMovement.part_id),
    filters=("site", "bucket", "reason"),
    order=("at",),
    newest_first=True,
    adds=False,
    place="site",
)

DEVICE_STOCK = Register(
    id="device_stock",
    model=UnitStock,
    title=_l("Stock of devices"),
    one=_l("Stock of devices"),
    about=_l("Whole devices on a shelf: good ones to swap with, and bad ones that were swapped."),
    icon="device",
    columns=(
        PRODUCT,
        Place(name="warehouse", label=_l("Site"), written=False),
        _held("good_qty", _l("Good")),
        _held("bad_qty", _l("Bad")),
    ),
    key=("product_id", "warehouse"),
    names=(),
    listed=("product_id", "warehouse", "good_qty", "bad_qty"),
    searched=(),
    search=_by_product(UnitStock.product_id),
    filters=("warehouse",),
    order=("warehouse", "product_id"),
    adds=False,
    place="warehouse",
)

DEVICE_MOVES = Register(
    id="device_moves",
    model=UnitMovement,
    title=_l("Moves of devices"),
    one=_l("Stock move"),
    about=_l("Every device that came onto a shelf or left it, and why."),
    icon="move",
    columns=(
        Moment(name="at", label=_l("When")),
        Place(name="warehouse", label=_l("Site"), written=False),
        PRODUCT,
        Choice(name="bucket", label=_l("Stock moved"), words=words.DEVICE_STOCKS, written=False),
        Whole(name="quantity", label=_l("Quantity"), written=False),
        Choice(name="reason", label=_l("Cause"), words=words.MOVES, written=False),
        CASE,
    ),
    key=("at",),
    names=(),
    listed=("at", "warehouse", "product_id", "bucket", "quantity", "reason", "case_id"),
    searched=(),
    search=_by_product(UnitMovement.product_id),
    filters=("warehouse", "bucket"),
    order=("at",),
    newest_first=True,
    adds=False,
    place="warehouse",
)
