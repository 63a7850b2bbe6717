"""What was deployed: files, and the processes, decisions and forms in them, each with its versions."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.engine.models.base import Model, Names, document, key_column, link, moment, text


class Payload(Model):
    """Content by its hash: deployed files and large variable values, each stored once."""

    __tablename__ = "payload"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    size: Mapped[int] = mapped_column(sa.Integer)


class PayloadUse(Model):
    """Which instance's variables or history name a large value, so that the value can go with the last of them."""

    __tablename__ = "payload_use"
    sha256: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("payload.sha256"), primary_key=True)
    instance_key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, index=True)


class Deployment(Model):
    """One atomic deployment. `number` counts without gaps, so that “in force when …” does not depend on clocks."""

    __tablename__ = "deployment"
    key: Mapped[int] = key_column()
    number: Mapped[int] = mapped_column(sa.Integer, unique=True)
    deployed_at: Mapped[dt.datetime] = moment()
    deployed_by: Mapped[str] = text(150)
    note: Mapped[str | None] = text(400, nullable=True)
    files: Mapped[list[dict[str, t.Any]]] = document()
    """What the deployment consisted of: {file, kind, id, version, key, changed}."""


class _Versioned:
    key: Mapped[int] = key_column()
    version: Mapped[int] = mapped_column(sa.Integer)
    version_tag: Mapped[str | None] = text(80, nullable=True)
    deployment_number: Mapped[int] = mapped_column(sa.Integer)
    deployed_at: Mapped[dt.datetime] = moment()
    file: Mapped[str] = text(200)
    names: Mapped[Names] = document()

    @declared_attr
    def deployment_key(self) -> Mapped[int]:
        return link("deployment.key")

    @declared_attr
    def sha256(self) -> Mapped[str]:
        return mapped_column(sa.String(64), sa.ForeignKey("payload.sha256"))


class ProcessDefinition(_Versioned, Model):
    """One version of a process. `elements` and `lanes` are what lists need to name things without parsing XML."""

    __tablename__ = "process_definition"
    __table_args__ = (sa.UniqueConstraint("process_id", "version"),)
    process_id: Mapped[str] = text(120)
    elements: Mapped[dict[str, dict[str, t.Any]]] = document()
    """{element id: {"kind", "names": {"zh", "en"}, "lane"}}"""
    lanes: Mapped[list[dict[str, t.Any]]] = document()
    """[{"id", "names", "group"}]"""
    called: Mapped[list[str]] = document()
    """Ids of the processes it calls, as far as they are written down and not computed."""


class DecisionRequirements(_Versioned, Model):
    """One version of a decision file: the decisions in it, and what only other files use of it."""

    __tablename__ = "decision_requirements"
    __table_args__ = (
        sa.UniqueConstraint("requirements_id", "version"),
        sa.Index("ix_decision_requirements_namespace", "namespace"),
        sa.Index("ix_decision_requirements_sha256", "sha256"),
    )
    requirements_id: Mapped[str] = text(120)
    """Id of the file's `definitions`, which the API calls decision requirements."""
    namespace: Mapped[str] = text(400)
    """Under which other files import it."""
    imports: Mapped[dict[str, str] | None] = document(nullable=True)
    """{namespace: requirements_id} of the files it imports; none at all is null."""


class DecisionDefinition(_Versioned, Model):
    """One version of a decision; decisions of one file share its content."""

    __tablename__ = "decision_definition"
    __table_args__ = (sa.UniqueConstraint("decision_id", "version"),)
    decision_id: Mapped[str] = text(120)
    requirements_id: Mapped[str] = text(120)
    requirements_key: Mapped[int] = link("decision_requirements.key")
    """The version of the file that brought it."""


class FormDefinition(_Versioned, Model):
    """One version of a form."""

    __tablename__ = "form_definition"
    __table_args__ = (sa.UniqueConstraint("form_id", "version"),)
    form_id: Mapped[str] = text(120)


class StartSubscription(Model):
    """What starts the newest version of a process from outside: a message, a signal or a clock."""

    __tablename__ = "start_subscription"
    __table_args__ = (
        sa.Index("ix_start_subscription_name", "kind", "name"),
        sa.Index("ix_start_subscription_due", "due_at", postgresql_where=sa.text("due_at IS NOT NULL")),
    )
    key: Mapped[int] = key_column()
    process_definition_key: Mapped[int] = link("process_definition.key", index=True)
    process_id: Mapped[str] = text(120)
    element_id: Mapped[str] = text(120)
    kind: Mapped[str] = text(10)
    """message, signal or timer"""
    name: Mapped[str | None] = text(200, nullable=True)
    correlation_key: Mapped[str | None] = text(400, nullable=True)
    due_at: Mapped[dt.datetime | None] = moment(nullable=True)
    resumes_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """Set while a restore holds it back: what `due_at` was before (see `app.engine.held`)."""
    interval: Mapped[str | None] = text(80, nullable=True)
    repeats_left: Mapped[int | None] = mapped_column(sa.Integer)
    """Starts still to come of a counted cycle; None for ever or once."""
