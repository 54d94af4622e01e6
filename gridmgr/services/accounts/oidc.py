"""Signing in by the account of a city's own provider: OpenID Connect, code flow with PKCE.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636 (PKCE).
"""

import secrets

from gridmgr.errors import NotSignedIn, Unavailable
from gridmgr.i18n import N_
from gridmgr.providers import is_safe

SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by keys that only the provider has; never none, never one with a shared secret."""
PATIENCE_S = 10
LEEWAY_S = 60
"""So much may the clocks of provider and city differ."""
DISCOVERY = "/.well-known/openid-configuration"
NOT_OURS = N_("The provider's answer does not belong to this sign-in ({reason}): begin anew.")


class NotIdentified(NotSignedIn):
    """The provider did not tell who this is."""

    slug = "not-identified"


class ProviderAway(Unavailable):
    """The provider of accounts does not answer as it should."""

    slug = "provider-away"


def begin(provider, redirect_uri):
    """Return (address to go to, what the browser keeps until it is back: state, nonce and verifier)."""
    kept = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
    with client(provider, redirect_uri) as session:
        address, _ = session.create_authorization_url(
            discovered(session, provider)["authorization_endpoint"],
            state=kept["state"],
            nonce=kept["nonce"],
            code_verifier=kept["verifier"],
        )
    return address, kept


def finish(provider, redirect_uri, kept, answer, *, at):
    """Return the login that the provider vouches for.

    Parameters
    ----------
    kept : dict
        What ``begin`` gave to keep; {} where the browser kept nothing.
    answer : mapping
        The parameters with which the provider sent the browser back.

    Raises
    ------
    NotIdentified, ProviderAway
    """
    if not kept or not secrets.compare_digest(answer.get("state", "").encode(), kept["state"].encode()):
        raise NotIdentified(NOT_OURS, reason="state")
    if answer.get("error") or not answer.get("code"):
        raise NotIdentified(
            "The provider did not sign you in ({reason}): try again.", reason=answer.get("error", "code")
        )
    with client(provider, redirect_uri) as session:
        known = discovered(session, provider)
        token = exchanged(session, known["token_endpoint"], answer["code"], kept["verifier"])
        claims = read_token(token, fetched(session, known["jwks_uri"]))
    check_claims(claims, provider, kept["nonce"], at)
    return login_of(claims, provider)


def client(provider, redirect_uri):
    """Return a session that speaks to the provider; raise Unavailable where the extra is not installed."""
    try:
        from authlib.integrations.requests_client import OAuth2Session
    except ImportError as error:
        raise Unavailable(
            "Signing in by the city's accounts needs the extra oidc: install gridmgr[oidc] and start again."
        ) from error
    return OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=provider.scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
        default_timeout=PATIENCE_S,
    )


def discovered(session, provider):
    """Return what the provider says of itself; its name must be the one of the settings, to the letter."""
    known = fetched(session, provider.issuer.rstrip("/") + DISCOVERY)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if known.get("issuer") != provider.issuer or not all(is_safe(str(known.get(name, ""))) for name in needed):
        raise ProviderAway(
            "The provider at {issuer} says another issuer, or addresses that are not safe: ask an administrator.",
            issuer=provider.issuer,
        )
    return known


def fetched(session, address):
    """Return the JSON object at an address of the provider."""
    import requests

    try:
        answer = session.request("GET", address, withhold_token=True, timeout=PATIENCE_S, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise away(address) from error
    if not isinstance(found, dict):
        raise away(address)
    return found


def away(address):
    """Return the refusal for a provider that gives no answer."""
    return ProviderAway(
        "The provider of accounts does not answer at {address}: try again, or sign in by password.", address=address
    )


def exchanged(session, address, code, verifier):
    """Return the ID token that the provider gives for a code."""
    import requests
    from authlib.common.errors import AuthlibBaseError

    try:
        told = session.fetch_token(
            address, code=code, code_verifier=verifier, timeout=PATIENCE_S, allow_redirects=False
        )
    except AuthlibBaseError as error:
        raise NotIdentified(NOT_OURS, reason=error.error or "code") from error
    except (requests.RequestException, ValueError) as error:
        raise away(address) from error
    if "id_token" not in told:
        raise NotIdentified(NOT_OURS, reason="id_token")
    return told["id_token"]


def read_token(token, keys):
    """Return the claims of an ID token that one of the provider's keys has signed."""
    from joserfc import errors, jwt
    from joserfc.jwk import KeySet

    try:
        return jwt.decode(token, KeySet.import_key_set(keys), algorithms=SIGNED_BY).claims
    except (errors.JoseError, ValueError, KeyError, TypeError) as error:
        raise NotIdentified(NOT_OURS, reason=N_("signature")) from error


def check_claims(claims, provider, nonce, at):
    """Raise NotIdentified unless a token is of this provider, for us, for this sign-in, and holds."""
    now = at.timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    wrong = {
        "iss": claims.get("iss") != provider.issuer,
        "aud": provider.client_id not in audiences,
        "azp": claims.get("azp", provider.client_id) != provider.client_id
        or (len(audiences) > 1 and "azp" not in claims),
        "exp": not is_instant(claims.get("exp")) or claims["exp"] + LEEWAY_S <= now,
        "iat": not is_instant(claims.get("iat")) or claims["iat"] - LEEWAY_S > now,
        "nonce": not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
    }
    if any(wrong.values()):
        raise NotIdentified(NOT_OURS, reason=", ".join(name for name, is_wrong in wrong.items() if is_wrong))


def is_instant(value):
    """Return whether a claim is an instant: seconds."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def login_of(claims, provider):
    """Return the login that the claims name; an address of mail only where the provider has verified it."""
    login = claims.get(provider.login_claim)
    is_open = provider.login_claim == "email" and claims.get("email_verified") is not True
    if not isinstance(login, str) or not login.strip() or is_open:
        raise NotIdentified("The provider tells no {claim} of you: ask an administrator.", claim=provider.login_claim)
    return login
