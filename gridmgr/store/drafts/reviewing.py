"""What the review of a draft asks of the database."""

from sqlalchemy import JSON, func, select, type_coerce

from gridmgr.domain.grids import City
from gridmgr.store.tables.accounts import account
from gridmgr.store.tables.drafting import draft, draft_edit


def take_turn(session):
    """Let only this transaction publish or withdraw versions until it ends."""
    session.execute(select(City.id).with_for_update()).all()


def editors(session, draft_id):
    """Return who made edits of a draft, in the order of their names."""
    made_by = select(draft_edit.c.made_by).where(draft_edit.c.draft_id == draft_id).distinct()
    return session.scalars(made_by.order_by(draft_edit.c.made_by)).all()


def planners(session):
    """Return how many accounts of planners are not closed."""
    open_accounts = select(func.count()).where(account.c.role == "planner", account.c.disabled_at.is_(None))
    return session.scalar(open_accounts)


def base_number(session, draft_id):
    """Return the number of the version that a draft was begun on, None where there was none."""
    return session.scalar(select(draft.c.base_number).where(draft.c.id == draft_id))


def standing_edits(session, draft_id, ops=None):
    """Return the edits of a draft that are not undone, as they were given, in their order; only those of ``ops``."""
    standing = [draft_edit.c.draft_id == draft_id]
    if ops is not None:  # Before what lies behind the long columns of a row.
        standing.append(type_coerce(draft_edit.c.edit, JSON)["op"].as_string().in_(ops))
    standing.append(draft_edit.c.undone_at.is_(None))
    return session.scalars(select(draft_edit.c.edit).where(*standing).order_by(draft_edit.c.number)).all()
