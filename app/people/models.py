"""Tables of people and the organisation."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import ROW_NUMBER, UtcDateTime, db

UNIT_KINDS = ("national", "region", "province", "outlet", "factory", "warehouse", "department")


class User(db.Model):  # type: ignore[name-defined, misc]
    """An account. The four flags are the permission sets; roles are memberships.

    `credential_stamp` grows with every change that must end what was proved before: sessions and remembered
    credentials carry the stamp they were made with.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(150), unique=True)
    names: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    language: Mapped[str | None] = mapped_column(sa.String(5))
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    credential_stamp: Mapped[int] = mapped_column(sa.Integer, default=0)
    subject_id: Mapped[str | None] = mapped_column(sa.String(300), unique=True)
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    demo: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    staff: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    process_owner: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    supervisor: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    administrator: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Role(db.Model):  # type: ignore[name-defined, misc]
    """A role of the catalogue or of this company. `kind`: I internal, X outside party, D given per case."""

    __tablename__ = "role"

    id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    kind: Mapped[str] = mapped_column(sa.String(1), default="I")
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)


class Unit(db.Model):  # type: ignore[name-defined, misc]
    """A place in the organisation. `path` is `/code/code/` from the top, so that "below" is a prefix."""

    __tablename__ = "unit"
    __table_args__ = (sa.Index("ix_unit_path", "path"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    path: Mapped[str] = mapped_column(sa.String(500))
    names: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)


class UnitStamp(db.Model):  # type: ignore[name-defined, misc]
    """One row that grows with every change of the unit tree; processes compare it with the tree they hold."""

    __tablename__ = "unit_stamp"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, default=0)


class Membership(db.Model):  # type: ignore[name-defined, misc]
    """A person holds a role at a unit and everything below it; no unit means everywhere."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "role_id", "unit_id"),
        # Two NULLs are never equal, so "everywhere" needs its own guard against doubles.
        sa.Index(
            "uq_membership_everywhere",
            "user_id",
            "role_id",
            unique=True,
            sqlite_where=sa.text("unit_id IS NULL"),
            postgresql_where=sa.text("unit_id IS NULL"),
        ),
        sa.Index("ix_membership_role_id", "role_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    role_id: Mapped[str] = mapped_column(sa.ForeignKey("role.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))


class Absence(db.Model):  # type: ignore[name-defined, misc]
    """Somebody is away from `starts_at` until `ends_at` (exclusive) and the substitute acts for them."""

    __tablename__ = "absence"
    __table_args__ = (sa.Index("ix_absence_ends_at", "ends_at"), sa.Index("ix_absence_user_id", "user_id"))

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    substitute_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    starts_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class WebSession(db.Model):  # type: ignore[name-defined, misc]
    """A browser that is signed in. The cookie's secret is stored only as a digest."""

    __tablename__ = "web_session"
    __table_args__ = (sa.Index("ix_web_session_user_id", "user_id"), sa.Index("ix_web_session_seen_at", "seen_at"))

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    credential_stamp: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    browser: Mapped[str] = mapped_column(sa.String(300), default="")


class PersonalToken(db.Model):  # type: ignore[name-defined, misc]
    """A secret for programs, stored as a digest. `scope` lists the permission sets it may use; none means read."""

    __tablename__ = "personal_token"
    __table_args__ = (sa.Index("ix_personal_token_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    label: Mapped[str] = mapped_column(sa.String(100))
    scope: Mapped[list[str]] = mapped_column(sa.JSON)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SignInGuard(db.Model):  # type: ignore[name-defined, misc]
    """Failures per typed name. Unknown names are counted alike, so that the answer never tells which exist."""

    __tablename__ = "sign_in_guard"

    name: Mapped[str] = mapped_column(sa.String(150), primary_key=True)
    failures: Mapped[int] = mapped_column(sa.Integer, default=0)
    failed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SignIn(db.Model):  # type: ignore[name-defined, misc]
    """One attempt to sign in, good or bad: when, as whom, from where and how it ended."""

    __tablename__ = "sign_in"
    __table_args__ = (sa.Index("ix_sign_in_name", "name", "id"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(sa.String(150))
    user_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    method: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[str] = mapped_column(sa.String(30))
    address: Mapped[str] = mapped_column(sa.String(60), default="")


def named(names: t.Mapping[str, str], fallback: str) -> dict[str, str]:
    """Return both languages, filling a missing one from the other, else from the fallback."""
    zh, en = names.get("zh", "").strip(), names.get("en", "").strip()
    return {"zh": zh or en or fallback, "en": en or zh or fallback}
