"""The tables of accounts: sign-ins, attempts, tokens of programs, and second factors."""

from sqlalchemy import Column, Index, Integer, String

from gridmgr.domain import access
from gridmgr.domain.access import second_factor as second_factor_domain
from gridmgr.store.tables.columns import code, document, instant, row_of, table, words

account = table(
    "account",
    Column("login", String(64), nullable=False, unique=True),
    words("name"),
    words("password_hash"),
    Column("role", String(32), nullable=False),
    instant("created_at"),
    code("area_code"),
    row_of("person", nullable=True),
    Column("language", String(8), nullable=False),
    instant("disabled_at", nullable=True),
    code("department_code"),
)
sign_in = table(
    "sign_in",
    row_of("account"),
    Column("token_hash", String(64), nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
)
Index(None, sign_in.c.expires_at)
attempt = table(
    "attempt", Column("kind", String(32), nullable=False), Column("key", String(255), nullable=False), instant("at")
)
Index(None, attempt.c.kind, attempt.c.key, attempt.c.at)
token = table(
    "api_token",
    row_of("account"),
    words("name"),
    Column("token_hash", String(64), nullable=False, unique=True),
    document("rights"),
    instant("created_at"),
    instant("expires_at"),
    instant("last_used_at", nullable=True),
    instant("revoked_at", nullable=True),
)
Index(None, token.c.account_id)
second_factor = table(
    "second_factor",
    row_of("account", unique=True),
    Column("secret", String(64), nullable=False),
    Column("waiting_secret", String(64), nullable=False),
    Column("last_step", Integer, nullable=False),
    document("recovery"),
    instant("confirmed_at", nullable=True),
)
half_sign_in = table(
    "half_sign_in",
    row_of("account"),
    Column("token_hash", String(64), nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
)
Index(None, half_sign_in.c.account_id)

HOMES = {
    access.Account: account,
    access.SignIn: sign_in,
    access.Attempt: attempt,
    access.Token: token,
    second_factor_domain.SecondFactor: second_factor,
    second_factor_domain.HalfSignIn: half_sign_in,
}
