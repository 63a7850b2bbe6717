"""Settings: `config.toml` and `FIRSTLINE_*` variables become one frozen, validated object.

A key that nobody reads is an error, because a misspelt setting that is silently ignored costs somebody a day.
"""

import dataclasses
import os
import tomllib
import typing as t
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_FILE = "config.toml"


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key and what to write instead."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Server:
    """Where and how the web server listens; `public_url` is what the links given to customers begin with."""

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    workers: int = 1
    access_log: bool = False
    public_url: str = ""

    @property
    def root(self) -> str:
        """Where customers reach the pages, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Database:
    """`url` is an SQLAlchemy address; empty means the SQLite file in `var/`."""

    url: str = ""
    synchronous: str = "full"
    pool_size: int = 10


@dataclasses.dataclass(frozen=True, kw_only=True)
class Files:
    """Attachments and printed documents; `url` is any fsspec address."""

    url: str = ""
    max_bytes: int = 20_000_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Company:
    """The company's own time zone, language and public-holiday country, and how it heads papers and letters."""

    zone: str = "Asia/Shanghai"
    country: str = "CN"
    language: str = "zh"
    name: str = ""
    name_en: str = ""
    address: str = ""
    address_en: str = ""
    phone: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Engine:
    """Bounds of the engine; times in seconds."""

    message_ttl: int = 86_400
    call_depth: int = 20
    jobs_at_once: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Workers:
    """Who does jobs and fires timers: the web processes themselves, or only `firstline worker`."""

    in_serve: bool = True
    threads: int = 1
    look_every: float = 5.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Retention:
    """How many days finished work stays in the database, 0 for ever. Cases and everything of the desk stay anyway.

    `processes` names other days for single processes: `return_visit=30, complaint_handling=0`.
    """

    finished_days: int = 0
    processes: str = ""
    then: str = "archive"
    archive_url: str = ""
    audit_days: int = 0

    @property
    def days_of(self) -> dict[str, int]:
        """Days by process id, for those with days of their own. Raises ValueError for what cannot be read."""
        pairs = (part.partition("=") for part in self.processes.split(",") if part.strip())
        return {name.strip(): int(days) for name, _, days in pairs}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Supervision:
    """For how many working hours nothing may happen in a case before it stands on the list of what is stuck."""

    stall_hours: int = 48
    complaint_stall_hours: int = 24


@dataclasses.dataclass(frozen=True, kw_only=True)
class Studio:
    """How changes of processes, tables and forms take effect: `review` is none, or required for two pairs of eyes."""

    review: str = "none"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Security:
    """Sign-in. The secret key itself comes from FIRSTLINE_SECRET_KEY or `var/secret.key`, never from here."""

    idle_hours: float = 8
    lockout_after: int = 5
    lockout_minutes: int = 15
    credential_cache_seconds: int = 60
    max_body_bytes: int = 32_000_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Oidc:
    """OpenID Connect provider; signing in with it is offered when `issuer` is set."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    label: str = "Single sign-on"
    username_claim: str = "preferred_username"
    create_users: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mail:
    """The server that takes letters to customers; without `host` none are written, except in demonstration mode.

    `security` is starttls, tls or none; `wording` a folder with the company's own words.
    """

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str = ""
    wording: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can decide. `var` is the folder of all local state."""

    var: str = "var"
    demo: bool = False
    server: Server = Server()
    database: Database = Database()
    files: Files = Files()
    company: Company = Company()
    engine: Engine = Engine()
    workers: Workers = Workers()
    retention: Retention = Retention()
    supervision: Supervision = Supervision()
    studio: Studio = Studio()
    security: Security = Security()
    oidc: Oidc = Oidc()
    mail: Mail = Mail()

    @property
    def var_path(self) -> Path:
        """The state folder as an absolute path."""
        return Path(self.var).absolute()

    @property
    def database_url(self) -> str:
        """The configured address, or the embedded SQLite file."""
        return self.database.url or f"sqlite:///{self.var_path / 'firstline.sqlite3'}"

    @property
    def archive_url(self) -> str:
        """The configured place of archived instances, or the local folder."""
        return self.retention.archive_url or f"file://{self.var_path / 'archive'}"

    @property
    def files_url(self) -> str:
        """The configured store, or the local folder."""
        return self.files.url or f"file://{self.var_path / 'files'}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the file named by FIRSTLINE_CONFIG (default `config.toml`, which may be absent), then the environment.

    `FIRSTLINE_<SECTION>_<KEY>` overrides a key of a section, `FIRSTLINE_<KEY>` one of the top level.
    Raises ConfigError for an unknown key, an ill-typed value or a value out of range.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("FIRSTLINE_CONFIG")
    path = Path(named or DEFAULT_FILE)
    if not path.exists():
        if named:
            raise ConfigError(f"FIRSTLINE_CONFIG names {named}, but there is no such file.")
        tables: dict[str, t.Any] = {}
    else:
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path} is not valid TOML: {error}") from error
    return from_mapping(_with_environment(tables, environ))


def from_mapping(tables: Mapping[str, t.Any]) -> Settings:
    """Build validated settings from nested plain values (shape of config.toml)."""
    settings = t.cast(Settings, _build(Settings, tables, ""))
    _validate(settings)
    return settings


def _build(kind: type, values: Mapping[str, t.Any], prefix: str) -> object:
    fields = {field.name: field for field in dataclasses.fields(kind)}
    arguments: dict[str, t.Any] = {}
    for key, value in values.items():
        if key not in fields:
            known = ", ".join(sorted(fields))
            raise ConfigError(f"Unknown setting {prefix}{key}. Known here: {known}.")
        expected = fields[key].type
        if isinstance(expected, type) and dataclasses.is_dataclass(expected):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{prefix}{key} is a section: write [{prefix}{key}] and its keys below.")
            arguments[key] = _build(expected, value, f"{prefix}{key}.")
        else:
            arguments[key] = _typed(t.cast(type, expected), value, f"{prefix}{key}")
    return kind(**arguments)


def _typed(expected: type, value: object, key: str) -> object:
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, expected) and not (expected is int and isinstance(value, bool)):
        return value
    raise ConfigError(f"{key} must be a {expected.__name__}, not {value!r}.")


def _with_environment(tables: Mapping[str, t.Any], environ: Mapping[str, str]) -> dict[str, t.Any]:
    merged = {key: dict(value) if isinstance(value, Mapping) else value for key, value in tables.items()}
    if port := environ.get("PORT"):
        merged.setdefault("server", {})["port"] = _parse(int, port, "PORT")
    if workers := environ.get("WEB_CONCURRENCY"):
        merged.setdefault("server", {})["workers"] = _parse(int, workers, "WEB_CONCURRENCY")
    for field in dataclasses.fields(Settings):
        kind = t.cast(type, field.type)
        if dataclasses.is_dataclass(kind):
            for inner in dataclasses.fields(kind):
                name = f"FIRSTLINE_{field.name}_{inner.name}".upper()
                if name in environ:
                    section = merged.setdefault(field.name, {})
                    section[inner.name] = _parse(t.cast(type, inner.type), environ[name], name)
        elif (name := f"FIRSTLINE_{field.name}".upper()) in environ:
            merged[field.name] = _parse(kind, environ[name], name)
    return merged


def _parse(kind: type, raw: str, name: str) -> object:
    if kind is bool:
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off", ""}:
            return False
        raise ConfigError(f"{name} must be true or false, not {raw!r}.")
    try:
        return kind(raw)
    except ValueError as error:
        raise ConfigError(f"{name} must be a {kind.__name__}, not {raw!r}.") from error


def _validate_retention(retention: Retention) -> None:
    try:
        days = [retention.finished_days, retention.audit_days, *retention.days_of.values()]
    except ValueError as error:
        raise ConfigError(
            f'retention.processes reads "process_id=days, process_id=days", not {retention.processes!r}.'
        ) from error
    if min(days) < 0:
        raise ConfigError("Days of retention are 0 (for ever) or more.")
    if retention.then not in {"archive", "delete"}:
        raise ConfigError("retention.then must be archive or delete.")


def _validate_studio(studio: Studio) -> None:
    if studio.review not in {"none", "required"}:
        raise ConfigError("studio.review must be none or required.")


def _validate_mail(mail: Mail) -> None:
    if mail.security not in {"starttls", "tls", "none"}:
        raise ConfigError("mail.security must be starttls, tls or none.")
    if not 0 < mail.port < 65_536:
        raise ConfigError(f"mail.port {mail.port} is not a port number.")
    if mail.host and "@" not in mail.sender:
        raise ConfigError("mail.host needs mail.sender, the address letters come from, such as service@example.com.")
    if mail.user and mail.security == "none":
        raise ConfigError("mail.user and its password are not sent in the clear: set mail.security to starttls or tls.")


def _validate(settings: Settings) -> None:
    _validate_retention(settings.retention)
    _validate_mail(settings.mail)
    _validate_studio(settings.studio)
    try:
        ZoneInfo(settings.company.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"company.zone {settings.company.zone!r} is not a time zone name.") from error
    if settings.company.language not in {"zh", "en"}:
        raise ConfigError("company.language must be zh or en.")
    if settings.database.synchronous not in {"full", "normal", "off"}:
        raise ConfigError("database.synchronous must be full, normal or off.")
    if not 0 <= settings.server.port < 65_536:
        raise ConfigError(f"server.port {settings.server.port} is not a port number.")
    if settings.server.public_url and not settings.server.public_url.startswith(("https://", "http://")):
        raise ConfigError(f"server.public_url has to begin with 'https://' and is {settings.server.public_url!r}.")
    counts = {
        "server.threads": settings.server.threads,
        "server.workers": settings.server.workers,
        "workers.threads": settings.workers.threads,
        "supervision.stall_hours": settings.supervision.stall_hours,
        "supervision.complaint_stall_hours": settings.supervision.complaint_stall_hours,
    }
    for name, value in counts.items():
        if value < 1:
            raise ConfigError(f"{name} must be at least 1.")
    if settings.workers.look_every <= 0:
        raise ConfigError("workers.look_every must be above 0 seconds.")
    if settings.server.workers > 1 and settings.database_url.startswith("sqlite"):
        raise ConfigError(
            "server.workers (WEB_CONCURRENCY) above 1 needs PostgreSQL, because SQLite has one writer. "
            "Set FIRSTLINE_DATABASE_URL=postgresql+psycopg://… or leave it at 1."
        )
    if not settings.workers.in_serve and settings.database_url.startswith("sqlite"):
        raise ConfigError(
            "workers.in_serve = false needs PostgreSQL, because SQLite is served and worked on by one process. "
            "Set FIRSTLINE_DATABASE_URL=postgresql+psycopg://… or leave it at true."
        )
