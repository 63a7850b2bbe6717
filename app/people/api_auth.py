"""Authorization of the API: HTTP Basic or a personal token, never a cookie."""

import collections
import dataclasses
import datetime as dt
import hmac
import secrets
import threading

from flask import Request, current_app
from werkzeug.datastructures import Authorization

from app import clock
from app.config import Settings
from app.errors import Forbidden, Unauthorized
from app.people.guard import Peer
from app.people.person import Person, load_person
from app.people.signin import check_password, demo_allowed
from app.people.tokens import person_of_token

PREFIXES = ("/v2/", "/api/")
CHALLENGE = 'Basic realm="Firstline", charset="UTF-8"'
MOST_CREDENTIALS = 10_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})
READING_POSTS = ("/search", "/evaluation")


@dataclasses.dataclass(frozen=True, slots=True)
class Verified:
    """A credential that was right; it counts while the account's stamp is the same and the time is not up."""

    user_id: int
    credential_stamp: int
    until: dt.datetime


class CredentialCache:
    """Remembers right passwords for a short time, so that a slow hash is not computed per request.

    Keys are HMAC digests under a key that never leaves this process. A changed password or a deactivated account
    changes the stamp that every request reads anyway, so old entries die at once in all processes.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._entries: collections.OrderedDict[bytes, Verified] = collections.OrderedDict()

    def key(self, username: str, password: str) -> bytes:
        """Return the key of a credential."""
        message = f"{len(username)}:{username}{password}".encode()
        return hmac.digest(self._key, message, "sha256")

    def get(self, key: bytes, now: dt.datetime) -> Verified | None:
        """Return what is remembered and still young enough."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.until <= now:
                del self._entries[key]
                return None
            return entry

    def put(self, key: bytes, entry: Verified) -> None:
        """Remember a credential; the oldest give way."""
        with self._lock:
            self._entries[key] = entry
            self._entries.move_to_end(key)
            while len(self._entries) > MOST_CREDENTIALS:
                self._entries.popitem(last=False)

    def drop(self, key: bytes) -> None:
        """Forget a credential."""
        with self._lock:
            self._entries.pop(key, None)


def is_api(path: str) -> bool:
    """Whether a path belongs to the API, where cookies mean nothing."""
    return path.startswith(PREFIXES)


def person_of_authorization(request: Request, peer: Peer) -> Person | None:
    """Return who the Authorization header proves; None when there is none.

    Raises Unauthorized for a wrong credential and Forbidden when a token that only reads would change something.
    """
    header = request.authorization
    if header is None:
        if "Authorization" in request.headers:
            raise Unauthorized("people.authorization_unreadable")
        return None
    person = _person(header, peer)
    if person.read_only and not reads(request):
        raise Forbidden("people.token_reads_only")
    return person


def reads(request: Request) -> bool:
    """Whether a request only looks: a safe method, or one of the searches that Camunda's API sends as POST."""
    return request.method in READING or (request.method == "POST" and request.path.endswith(READING_POSTS))


def _person(header: Authorization, peer: Peer) -> Person:
    if header.type == "bearer" and header.token:
        person = person_of_token(header.token)
        if person is None:
            raise Unauthorized("people.token_invalid")
        if person.demo and not demo_allowed(peer):
            raise Forbidden("people.demo_account")
        return person
    if header.type == "basic":
        return _person_of_password(header.username or "", header.password or "", peer)
    raise Unauthorized("people.authorization_unreadable")


def _person_of_password(username: str, password: str, peer: Peer) -> Person:
    cache: CredentialCache = current_app.extensions["credentials"]
    now = clock.now()
    key = cache.key(username, password)
    known = cache.get(key, now)
    if known is not None:
        person = load_person(known.user_id)
        if person is not None and person.credential_stamp == known.credential_stamp:
            if person.demo and not demo_allowed(peer):
                raise Forbidden("people.demo_account")
            return person
        cache.drop(key)
    user_id = check_password(username, password, peer, method="basic")
    person = load_person(user_id)
    if person is None:
        raise Unauthorized("people.account_inactive")
    settings: Settings = current_app.extensions["settings"]
    until = now + dt.timedelta(seconds=settings.security.credential_cache_seconds)
    cache.put(key, Verified(user_id, person.credential_stamp, until))
    return person
