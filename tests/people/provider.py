"""A tiny OpenID Connect provider on loopback: discovery, authorisation, token and keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET = "firstline", "a client secret"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
}
FOREIGN = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})


class Provider:
    """Whatever a test sets here shapes the next answers.

    Attributes:
        claims: claims of the id token that replace the right ones; None removes one.
        algorithm: how the id token is signed; `none` and `HS256` are attacks.
        foreign: sign with a key that is not the provider's.
    """

    def __init__(self):
        self.claims, self.algorithm, self.foreign, self.broken = {}, "RS256", False, False
        self.codes, self.asked = {}, []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, urlsplit(self.path), {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, urlsplit(self.path), parse_qs(body))

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, handler, url, body):
        self.asked.append(url.path)
        status, answer = 200, {}
        if self.broken:
            status = 500
        elif url.path == "/.well-known/openid-configuration":
            answer = self.metadata()
        elif url.path == "/keys":
            answer = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
        elif url.path == "/token":
            status, answer = self.token(handler, body)
        else:
            status = 404
        payload = json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    def metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
        }

    def authorise(self, address):
        """What the provider's page does after the person signed in there: returns the way back for the browser."""
        asked = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, handler, body):
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(body["code"][0], None)
        challenge = hashlib.sha256(body.get("code_verifier", [""])[0].encode()).digest()
        proved = asked and asked["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        if handler.headers["Authorization"] != f"Basic {basic}" or not proved:
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "unused", "token_type": "Bearer", "expires_in": 60}
        if self.algorithm:
            answer["id_token"] = self.id_token(asked["nonce"])
        return 200, answer

    def id_token(self, nonce):
        now = int(time.time())
        right = {"iss": self.issuer, "sub": "subject-1", "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        right |= {"preferred_username": "agent", "name": "李梅", "email": "li@firstline.test"}
        claims = {key: value for key, value in (right | self.claims).items() if value is not None}
        header = {"alg": self.algorithm}
        if self.algorithm == "HS256":
            key = OctKey.import_key(SECRET.ljust(32, "x"))
        elif self.algorithm == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        else:
            key = FOREIGN if self.foreign else KEYS[self.algorithm]
            header["kid"] = key.kid
        return jwt.encode(header, claims, key, registry=JWSRegistry(algorithms=[self.algorithm]))
