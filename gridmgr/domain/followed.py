"""The secret of a report: ten letters with which its reporter, and nobody else, follows it.

It is derived from a key of the installation, the report's number and the key under which it was sent, so
that who sends the same report again is told the same secret; what is stored is its hash.
"""

import hashlib
import hmac
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are taken for others."""
LENGTH = 10
LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def secret_of(key: str, number: str, sent_under: str | None) -> str:
    """Return the secret of a report like ``7K3QX-92MDF``."""
    told = f"report secret\n{number}\n{sent_under or ''}".encode()
    digest = hmac.digest(key.encode(), told, hashlib.sha256)
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def normal(secret: str) -> str:
    """Return a secret as it is compared, however it was typed."""
    return re.sub(r"[\s\-–—]", "", secret).upper().translate(LOOKS_LIKE)


def normal_number(text: str) -> str:
    """Return a report's number as it is stored, however it was typed."""
    return re.sub(r"\s", "", text).upper().replace("–", "-").replace("—", "-")


def hashed(number: str, secret: str) -> str:
    """Return what is stored of a report's secret."""
    return hashlib.sha256(f"{number}\n{normal(secret)}".encode()).hexdigest()


def is_secret(number: str, secret: str, secret_hash: str) -> bool:
    """Return whether a secret is that of a report; never where it has none."""
    return bool(secret_hash) and hmac.compare_digest(hashed(number, secret), secret_hash)
