"""A small provider of accounts over HTTP (OpenID Connect): discovery, keys, and tokens for codes that were given out."""

import base64
import contextlib
import functools
import hashlib
import http.server
import json
import threading
import urllib.parse

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "gridmgr", "a secret between city and provider"


@functools.cache
def new_key(number):
    """Return a key to sign with, the same for a number: making one takes long."""
    return RSAKey.generate_key(2048)


class CityProvider:
    """The provider; ``claims`` of the next token, and what is wrong with it, are a test's to change."""

    def __init__(self, now):
        self.now, self.key, self.published = now, new_key(1), None
        self.claims, self.wrong, self.codes, self.port = {}, {}, {}, 0

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, address):
        """Let somebody sign in as the browser that was sent to ``address``; return the query it comes back with."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return urllib.parse.urlencode({"code": code, "state": asked["state"]})

    def discovery(self):
        if "discovery" in self.wrong:
            return self.wrong["discovery"]
        parts = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": self.wrong.get("issuer", self.issuer), **parts}

    def keys(self):
        return {"keys": [(self.published or self.key).as_dict(private=False)]}

    def token(self, form, authorization):
        """Return the answer to a code: only once, with the secret and the verifier that belong to it."""
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = base64.b64encode(f"{CLIENT}:{urllib.parse.quote_plus(SECRET)}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or authorization not in (f"Basic {known}", f"Basic {plain}")
        ):
            return {"error": "invalid_grant"}
        at = int(self.now.timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (claims | self.claims | self.wrong).items() if value is not None}
        signed = jwt.encode({"alg": "RS256"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.wrong.get("token", signed)}


@contextlib.contextmanager
def running(now):
    """Run the provider on a free port of this machine."""
    provider = CityProvider(now)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = {"/.well-known/openid-configuration": provider.discovery, "/jwks_uri": provider.keys}
            self.answer(found[self.path]())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = provider.token(dict(urllib.parse.parse_qsl(body)), self.headers.get("Authorization"))
            self.answer(told, 400 if "error" in told else 200)

        def answer(self, values, status=200):
            text = json.dumps(values).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
