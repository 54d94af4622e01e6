"""The tables of second factors, and of sign-ins that wait for theirs."""

from sqlalchemy import Column, Index, Integer, String

from gridmgr.domain.access import second_factor as domain
from gridmgr.store.tables.columns import document, instant, row_of, table

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

HOMES = {domain.SecondFactor: second_factor, domain.HalfSignIn: half_sign_in}
