"""How a receiver knows that a notice is ours: signatures over what is sent and when.

Each is an HMAC-SHA256 with a secret that both sides keep. A receiver makes the signature anew from
what he got, compares the two in constant time, and refuses an instant more than a few minutes away.
"""

import base64
import binascii
import hashlib
import hmac
import urllib.parse

PREFIX = "whsec_"


def of_webhook(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """Return the header ``webhook-signature`` over ``key.timestamp.body``.

    Source: Standard Webhooks 1.0.0, Signature scheme: ``v1,`` and base64. A secret that begins with
    ``whsec_`` is base64 after it, any other is taken as it is typed.
    """
    signed = hmac.new(key_of(secret), f"{key}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def key_of(secret: str) -> bytes:
    """Return the bytes that a typed secret stands for."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def of_dingtalk(url: str, secret: str, timestamp_ms: int) -> str:
    """Return the address of a DingTalk robot with ``timestamp`` (milliseconds) and ``sign``, keyed with the secret."""
    signed = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256)
    more = urllib.parse.urlencode({"timestamp": timestamp_ms, "sign": base64.b64encode(signed.digest()).decode()})
    return f"{url}{'&' if '?' in url else '?'}{more}"


def of_feishu(secret: str, timestamp: int) -> str:
    """Return ``sign`` for the body of a Feishu robot: there time and secret are the key, and nothing is the text."""
    signed = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(signed.digest()).decode()
