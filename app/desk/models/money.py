"""Amounts of money in the database."""

import decimal
import typing as t

import sqlalchemy as sa


class Money(sa.types.TypeDecorator[decimal.Decimal]):
    """Yuan with two decimals, stored as whole fen, because SQLite has no exact decimals."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: decimal.Decimal | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 (the library's signature)
        if value is None:
            return None
        return int((decimal.Decimal(value) * 100).to_integral_value(decimal.ROUND_HALF_UP))

    def process_result_value(self, value: t.Any, dialect: sa.Dialect) -> decimal.Decimal | None:  # noqa: ARG002 (the library's signature)
        return None if value is None else decimal.Decimal(value) / 100
