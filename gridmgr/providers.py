"""The provider of accounts that a city signs its people in with (OpenID Connect). Nothing here prints a secret."""

import dataclasses
import pathlib
import urllib.parse
from collections.abc import Mapping

from gridmgr.errors import Invalid

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECOND_FACTOR = ("ours", "theirs")


@dataclasses.dataclass(frozen=True)
class Provider:
    """Who tells us that somebody is who he says; ``login_claim`` is the claim that names his login here.

    ``second_factor`` is whose business that is: ``"theirs"`` believes the provider, ``"ours"`` asks here too.
    """

    issuer: str
    client_id: str
    client_secret: str = dataclasses.field(default="", repr=False)
    login_claim: str = "preferred_username"
    scope: str = "openid profile"
    second_factor: str = "ours"
    title: str = ""


def read_provider(values: Mapping, environ: Mapping, file) -> Provider | None:
    """Return the Provider of ``[oidc]`` and ``GRIDMGR_OIDC_…``, None where there is none.

    ``client_secret_file`` names a file that holds the secret.

    Raises
    ------
    Invalid
    """
    names = {field.name for field in dataclasses.fields(Provider)} | {"client_secret_file"}
    given = {**values.get("oidc", {})}
    given |= {name: found for name in names if (found := environ.get(f"GRIDMGR_OIDC_{name.upper()}"))}
    if not given:
        return None
    wrong = sorted(given.keys() - names) + [name for name in ("issuer", "client_id") if not given.get(name)]
    wrong += [] if is_safe(str(given.get("issuer", "https://"))) else ["issuer (https://…)"]
    wrong += [] if given.get("second_factor", "ours") in SECOND_FACTOR else ["second_factor"]
    if wrong:
        raise Invalid(
            "{file}: [oidc] takes {names}; correct {wrong}.",
            file=file,
            names=", ".join(sorted(names)),
            wrong=", ".join(wrong),
        )
    secret = secret_of(given.pop("client_secret_file", ""))
    return Provider(**({"client_secret": secret} if secret else {}) | given)


def secret_of(path):
    """Return the secret that a file holds, "" for no file."""
    if not path:
        return ""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("{file} with the secret of [oidc] cannot be read: {reason}.", file=path, reason=error) from error


def is_safe(address):
    """Return whether what is sent to an address stays between us and it: over TLS, or on this machine."""
    parts = urllib.parse.urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
