"""The table of tokens that programs show in place of an account's password."""

from sqlalchemy import Column, Index, String

from gridmgr.domain import access
from gridmgr.store.tables.columns import document, instant, row_of, table, words

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

HOMES = {access.Token: token}
