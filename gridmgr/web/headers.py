"""Headers that every answer carries: what a browser may load, and how it may treat the answer."""

import functools
import urllib.parse

import flask
from werkzeug.http import generate_etag

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
OWN = "private, no-cache"
"""A browser keeps the answer to itself, and asks about it before it shows it again: it may hold names and a token."""
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
}


def content_policy(basemap=None):
    """Return the Content-Security-Policy; only a configured ``basemap`` adds a host, for pictures."""
    host = basemap_origin(basemap.url) if basemap else ""
    return "; ".join(f"{rule} {host}" if host and rule.startswith("img-src") else rule for rule in POLICY)


def basemap_origin(url):
    """Return scheme and host of a tile address; ``{s}`` stands for any subdomain."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if parts.netloc else ""


@functools.lru_cache(maxsize=8)
def fixed(basemap=None):
    """Return the headers that every answer carries, as pairs."""
    return (("Content-Security-Policy", content_policy(basemap)), *FIXED.items(), ("Cache-Control", OWN))


def of_json(body, basemap=None, *, tagged):
    """Return the headers of an answer of the interface to somebody without a session, as pairs."""
    own = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Vary", "Cookie")]
    if tagged:
        own.append(("ETag", f'"{generate_etag(body)}"'))
    return [*own, *fixed(basemap)]


def protect(app, basemap=None):
    """Make every answer of ``app`` carry the security headers."""

    @app.after_request
    def add_headers(response):
        for name, text in fixed(basemap):
            response.headers.setdefault(name, text)
        return asked_again(response) if flask.request.path.startswith("/api/") else response


def asked_again(response):
    """Return an answer of the interface with a tag, so that what has not changed is not sent again."""
    if flask.request.method == "GET" and response.status_code == 200:
        response.add_etag()
        response.make_conditional(flask.request)
    return response
