"""The ground of a draft, in which spots are found: that of its base or of an earlier state, with what changed."""

from gridmgr.services.drafting import workbench
from gridmgr.services.standing import ground, succeeding
from gridmgr.store import drafts as draft_tables


def of_draft(session, draft_id):
    """Return the Ground of a draft as it is now; kept until the draft changes."""
    place = workbench.place(session.get_bind(), draft_id)
    desk = workbench.brought_up(session, place, draft_id)
    with place.surveying:
        known = place.surveyed
        if known is None or known[0] is not desk:
            place.surveyed = (desk, surveyed(session, desk, known))
        return place.surveyed[1]


def surveyed(session, desk, known):
    """Return the Ground of a desk, from the one surveyed before or that of its base where there is one."""
    base_number = draft_tables.get(session, desk.draft_id).base_number
    before = known[1] if known is not None else base_number and ground.of_version(session, base_number)
    return succeeding.after(before, desk.boundaries) if before else ground.survey(desk.boundaries)
