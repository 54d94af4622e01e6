"""Assigning: the posts that a draft brings with it, which begin when its version takes effect."""

import dataclasses

from gridmgr.domain import staff
from gridmgr.domain.staff import Post
from gridmgr.store import staff as staff_rows
from gridmgr.store.drafts import reviewing as review_rows

OPS = ("assign", "recode")
"""The edits that say who is assigned where."""


@dataclasses.dataclass(frozen=True)
class Assignment:
    """A person who is to hold a post on a grid of a draft."""

    grid: str
    person: str
    role: str


def assignments(edits):
    """Return the Assignments among the edits of a draft that stand, in their order; codes as the draft ends with.

    A later one for the same grid and post takes the place of an earlier one.
    """
    found = {}
    for edit in edits:
        if edit["op"] == "assign":
            found[edit["grid"], edit.get("post", "chief")] = edit["person"]
        if edit["op"] == "recode":
            renamed = {grid: edit["code"] if grid == edit["grid"] else grid for grid, _ in found}
            found = {(renamed[grid], role): person for (grid, role), person in found.items()}
    return [Assignment(grid, person, role) for (grid, role), person in found.items()]


def posts(session, draft_id, grids, at, *, by="", recorded_at=None, begins_with=None):
    """Return the Posts that a draft brings, all from ``at`` on.

    Parameters
    ----------
    grids : dict of str to GridState
        The grids of the draft; an assignment to one that is gone again counts for nothing.
    """
    wanted = [one for one in assignments(review_rows.standing_edits(session, draft_id, OPS)) if one.grid in grids]
    persons = staff_rows.persons_by_code(session) if wanted else {}
    return [
        Post(persons[one.person].id, grids[one.grid].grid_id, one.role, at, None, recorded_at, by, begins_with)
        for one in wanted
        if one.person in persons and grids[one.grid].grid_id is not None
    ]


def with_assigned(session, known, draft_id, grids, at):
    """Return the Facts as they would be with the posts that a draft brings, held since ``at``."""
    begun = posts(session, draft_id, grids, at)
    if not begun:
        return known
    held = {post.grid_id for post in begun}
    changed = {
        grid_id: [
            *staff.take_over(known.staffing.posts.get(grid_id, ()), [p for p in begun if p.role == "chief"]),
            *(post for post in begun if post.grid_id == grid_id),
        ]
        for grid_id in held
    }
    staffing = dataclasses.replace(known.staffing, posts={**known.staffing.posts, **changed})
    return dataclasses.replace(known, staffing=staffing, tables={})
