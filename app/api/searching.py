"""Searches: every list of the API takes the same filter, sort and page, and answers in the same shape."""

import dataclasses
import functools
import typing as t
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.fields import ApiSchema, camel
from app.api.filters import Term
from app.engine.queries import Page, Sort, paginate

MOST_ITEMS = 1_000
DEFAULT_ITEMS = 100


class PageRequest(ApiSchema):
    """Which part of a list: from a position, or behind or before a cursor of an earlier answer."""

    from_ = fields.Integer(validate=validate.Range(0, 10_000))
    limit = fields.Integer(load_default=DEFAULT_ITEMS, validate=validate.Range(0, MOST_ITEMS))
    after = fields.String(validate=validate.Length(max=2_000))
    before = fields.String(validate=validate.Length(max=2_000))

    @validates_schema
    def one_way_only(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Cursors and positions exclude each other."""
        if sum(name in data for name in ("from_", "after", "before")) > 1:
            raise ValidationError("Give one of from, after and before.")


class PageResponse(ApiSchema):
    """Where the items stand in the whole list. With `hasMoreTotalItems` the total is a lower bound."""

    total_items = fields.Integer(required=True)
    has_more_total_items = fields.Boolean(required=True)
    start_cursor = fields.String(required=True, allow_none=True)
    end_cursor = fields.String(required=True, allow_none=True)


@dataclasses.dataclass(frozen=True)
class Search:
    """One searchable list.

    Attributes:
        name: for the schemas of the OpenAPI document, e.g. `UserTask`.
        key: the unique column, which makes every order total.
        filters: filter property → term; `sorts`: sort field → column.
        default: columns to sort by when nothing else is asked for.
    """

    name: str
    key: t.Any
    filters: Mapping[str, Term]
    sorts: Mapping[str, t.Any]
    default: Sequence[Sort] = ()

    @functools.cached_property
    def filter_schema(self) -> type[ApiSchema]:
        """The schema of the filter, also for whatever is done to everything that fits it."""
        own = {name: term.field() for name, term in self.filters.items()}
        alternative = ApiSchema.from_dict(own, name=f"{self.name}FilterFields")
        with_or: dict[str, t.Any] = {name: term.field() for name, term in self.filters.items()}
        with_or["or_"] = fields.List(fields.Nested(alternative), data_key="$or", validate=validate.Length(max=50))
        return _schema(with_or, f"{self.name}Filter")

    def request_schema(self) -> type[ApiSchema]:
        """Return the schema of the request body."""
        sort = ApiSchema.from_dict(
            {
                "field": fields.String(required=True, validate=validate.OneOf([camel(name) for name in self.sorts])),
                "order": fields.String(load_default="ASC", validate=validate.OneOf(["ASC", "DESC", "asc", "desc"])),
            },
            name=f"{self.name}SearchSort",
        )
        return _schema(
            {
                "filter": fields.Nested(self.filter_schema, load_default=dict),
                "sort": fields.List(fields.Nested(sort), load_default=list, validate=validate.Length(max=10)),
                "page": fields.Nested(PageRequest, load_default=lambda: {"limit": DEFAULT_ITEMS}),
            },
            f"{self.name}Search",
        )

    def response_schema(self, item: type[ApiSchema]) -> type[ApiSchema]:
        """Return the schema of the answer."""
        return _schema(
            {
                "items": fields.List(fields.Nested(item), required=True),
                "page": fields.Nested(PageResponse, required=True),
            },
            f"{self.name}SearchResult",
        )

    def find(self, query: sa.Select[t.Any], request: Mapping[str, t.Any]) -> Page[t.Any]:
        """Run a loaded request on a statement that shows what the person may see."""
        page = request["page"]
        sorts = [Sort(self._column(one["field"]), one["order"].upper() == "DESC") for one in request["sort"]]
        return paginate(
            self.fitting(query, request["filter"]),
            sorts or self.default,
            self.key,
            limit=page.get("limit", DEFAULT_ITEMS),
            after=page.get("after"),
            before=page.get("before"),
            offset=page.get("from_", 0),
        )

    def fitting(self, query: sa.Select[t.Any], given: Mapping[str, t.Any]) -> sa.Select[t.Any]:
        """Return a statement for what fits a loaded filter."""
        return query.where(*self._conditions(given))

    def _conditions(self, given: Mapping[str, t.Any]) -> list[sa.ColumnElement[bool]]:
        conditions = [self.filters[name].condition(value) for name, value in given.items() if name != "or_"]
        if alternatives := given.get("or_"):
            conditions.append(sa.or_(*(sa.and_(sa.true(), *self._conditions(one)) for one in alternatives)))
        return conditions

    def _column(self, field: str) -> t.Any:
        return next(column for name, column in self.sorts.items() if camel(name) == field)


def _schema(content: dict[str, t.Any], name: str) -> type[ApiSchema]:
    return t.cast(type[ApiSchema], ApiSchema.from_dict(content, name=name))


def answer(page: Page[t.Any], item: Callable[[t.Any], Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return the answer of a search, each row turned by `item`."""
    return {
        "items": [item(row) for row in page.items],
        "page": {
            "total_items": page.total,
            "has_more_total_items": page.capped,
            "start_cursor": page.start,
            "end_cursor": page.end,
        },
    }
