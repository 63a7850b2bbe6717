"""Sign-in through the company's OpenID Connect provider (authorisation code flow with PKCE)."""

import dataclasses
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from app.config import Oidc, Settings
from app.db import db, transaction
from app.errors import FirstlineError, Forbidden, Unauthorized
from app.people.accounts import USERNAME, create_user
from app.people.audit import record
from app.people.guard import Peer, settled_name
from app.people.models import User
from app.people.person import SYSTEM
from app.people.signin import SignedIn, start_session

SECONDS = 10
# Signatures that need the provider's private key. A shared-secret or unsigned token would prove much less.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]

log = structlog.get_logger(__name__)


class Unavailable(FirstlineError):
    """The provider cannot be reached."""

    status = 502


@dataclasses.dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for. `subject` never changes there, unlike the username."""

    subject: str
    username: str
    name: str = ""
    email: str = ""


def init_app(app: Flask, settings: Oidc) -> None:
    """Register the provider; nothing is fetched before somebody signs in."""
    oauth = OAuth(app)
    oauth.register(
        "company",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
    app.extensions["oidc"] = oauth.company


def start(callback: str) -> Response:
    """Send the browser to the provider. Raises Unavailable."""
    try:
        return t.cast(Response, _provider().authorize_redirect(callback))
    except (RequestException, AuthlibBaseError, ValueError, RuntimeError) as error:
        raise _unavailable(error) from error


def finish(peer: Peer) -> SignedIn:
    """Check what the provider sent back and open a session.

    1. State, nonce and code verifier must be those of this browser's start, so nobody can be signed in as another.
    2. The id token must be signed by the provider, for us, and fresh.
    3. The account is found by the provider's subject; the first time by its username, which is then linked.
    """
    settings = _settings()
    try:
        provider = _provider()
        token = provider.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": settings.issuer},
                "aud": {"essential": True, "value": settings.client_id},
            }
        )
        claims = token.get("userinfo")
    except RequestException as error:
        raise _unavailable(error) from error
    except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError) as error:
        # Everything that can be wrong with an answer means the same to the person; the log has the difference.
        log.warning("oidc_refused", error=repr(error))
        raise Unauthorized("people.oidc_refused") from error
    return start_session(_user_id(_identity(claims, settings), settings), peer, method="oidc")


def _identity(claims: Mapping[str, t.Any] | None, settings: Oidc) -> Identity:
    username = settled_name(str((claims or {}).get(settings.username_claim) or ""))
    if not claims or not USERNAME.fullmatch(username):
        log.warning("oidc_refused", error=f"claim {settings.username_claim} is no username: {username!r}")
        raise Unauthorized("people.oidc_refused")
    name, email = (str(claims.get(key) or "") for key in ("name", "email"))
    return Identity(f"{settings.issuer}#{claims['sub']}", username, name, email)


def _user_id(identity: Identity, settings: Oidc) -> int:
    columns = (User.id, User.active, User.demo, User.subject_id)
    row = db.session.execute(sa.select(*columns).where(User.subject_id == identity.subject)).one_or_none()
    row = row or db.session.execute(sa.select(*columns).where(User.username == identity.username)).one_or_none()
    if row is None:
        if not settings.create_users:
            raise Forbidden("people.oidc_no_account", name=identity.name or identity.username)
        names = {"zh": identity.name, "en": identity.name}
        return create_user(SYSTEM, identity.username, names=names, subject_id=identity.subject)
    if not row.active or row.demo or row.subject_id not in {None, identity.subject}:
        raise Unauthorized("people.oidc_refused")
    if row.subject_id is None:
        _link(row.id, identity)
    return t.cast(int, row.id)


def _link(user_id: int, identity: Identity) -> None:
    with transaction() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(subject_id=identity.subject))
        detail = {"subject": identity.subject}
        record(session, SYSTEM, "people:user:linked", f"user:{identity.username}", detail=detail)


def _provider() -> t.Any:
    provider = current_app.extensions["oidc"]
    provider.load_server_metadata()["id_token_signing_alg_values_supported"] = ALGORITHMS
    return provider


def _settings() -> Oidc:
    settings: Settings = current_app.extensions["settings"]
    return settings.oidc


def _unavailable(error: Exception) -> Unavailable:
    log.warning("oidc_unavailable", error=repr(error))
    return Unavailable("people.oidc_unavailable")
