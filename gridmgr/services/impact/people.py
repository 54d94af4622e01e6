"""The person who answers for a grid by day, before a draft and after it."""

from gridmgr.domain import staff


def chief(comparison, boundaries, code, at):
    """Return the Person who is chief of a grid, None where nobody is.

    In a draft that is the one whom the draft posts there, else who is posted on the same grid now.
    """
    staffing = comparison.facts.staffing
    if boundaries is comparison.after and code in comparison.assigned:
        named = comparison.assigned[code]
        return next((one for one in staffing.persons.values() if one.code == named), None)
    grid = boundaries.grids.get(code)
    if grid is None or grid.grid_id is None:
        return None
    posted = staff.by_code(staffing, staff.posted_ids(staffing, grid.grid_id, "chief", at))
    return posted[0] if posted else None


def chiefs(comparison, codes, at):
    """Return code → Person or None before the draft, and after it; only grids that are there."""
    both = comparison.before, comparison.after
    return tuple({c: chief(comparison, one, c, at) for c in codes if c in one.grids} for one in both)
