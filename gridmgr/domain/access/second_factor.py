"""The second factor of a sign-in: a code from a phone that changes every half minute, or one of ten kept on paper.

Source: RFC 6238 (TOTP), RFC 4226 section 7.2 (a code is good once).
"""

import dataclasses
import datetime as dt
import hmac
import secrets

import pyotp

SECONDS = 30
DRIFT = 1
"""So many half minutes the clock of a phone may be off, to either side."""
RECOVERY_CODES = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Nothing that is read as something else."""
CODE, ENROL = "code", "enrol"
"""What comes after the password: a code, or the phone first of all."""


@dataclasses.dataclass(eq=False)
class SecondFactor:
    """The phone of an account. ``secret`` "" is none yet; ``waiting_secret`` is one that has shown no code so far.

    ``last_step`` is the half minute of the last code that was taken, ``recovery`` are the digests of the codes on paper
    that are left.
    """

    account_id: int
    secret: str = ""
    waiting_secret: str = ""
    last_step: int = 0
    recovery: list[str] = dataclasses.field(default_factory=list)
    confirmed_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class HalfSignIn:
    """Somebody who has shown his password and not his second factor; no session yet."""

    account_id: int
    token_hash: str
    created_at: dt.datetime
    expires_at: dt.datetime
    id: int | None = None


def new_secret() -> str:
    """Return a secret of 160 bits that a phone and the city share, in base 32."""
    return pyotp.random_base32()


def uri(secret: str, login: str, city: str) -> str:
    """Return the address that a phone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=city)


def step_of(secret: str, code: str, at: dt.datetime) -> int | None:
    """Return the half minute whose code ``code`` is, None where it is that of none around ``at``."""
    now = int(at.timestamp()) // SECONDS
    digits = plain(code)
    totp = pyotp.TOTP(secret)
    steps = (now + off for off in sorted(range(-DRIFT, DRIFT + 1), key=abs))
    return next((step for step in steps if hmac.compare_digest(totp.at(step * SECONDS), digits)), None)


def plain(code: str) -> str:
    """Return a code without the spaces and dashes that people write between its signs; digits of any width as ASCII."""
    signs = (sign for sign in code.upper() if sign.isalnum())
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in signs).encode("ascii", "ignore").decode()


def recovery_codes() -> list[str]:
    """Return ten new codes for paper, of 60 bits each, like ``K7QM-2ZTX-9HDA``."""
    return [
        "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
