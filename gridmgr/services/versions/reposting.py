"""Reposting: whoever is posted on a grid that a draft dissolves needs another post first."""

import dataclasses

from gridmgr.domain import staff
from gridmgr.errors import Conflict
from gridmgr.services.standing import facts
from gridmgr.services.versions import assigning

SHOWN = 5


class StaffToRepost(Conflict):
    """People are posted on grids that would be dissolved, and have no other post."""

    slug = "staff-to-repost"


@dataclasses.dataclass(frozen=True)
class Displaced:
    """Somebody whose grid is dissolved. ``next_grids`` are the codes of the others he is posted on then."""

    person: staff.Person
    role: str
    grid: str
    next_grids: tuple[str, ...]


def displaced(session, draft_id, difference, grids, at):
    """Return who holds a post at ``at`` on a grid that a draft dissolves; by grid, then by person.

    ``grids`` are those of the draft: code → GridState.
    """
    gone = {one.before.grid_id: one.before.code for one in difference.of_kind("dissolved")}
    if not gone:
        return []
    staffing = assigning.with_assigned(session, facts.known(session), draft_id, grids, at).staffing
    codes = {grid.grid_id: grid.code for grid in grids.values() if grid.grid_id is not None}
    found = []
    for grid_id, grid in gone.items():
        for post in held_on(staffing, grid_id, at):
            others = posted_on(staffing, post.person_id, codes, at)
            found.append(Displaced(staffing.persons[post.person_id], post.role, grid, others))
    return sorted(found, key=lambda one: (one.grid.encode(), one.person.code.encode()))


def held_on(staffing, grid_id, at):
    """Return the posts on a grid at ``at`` of those who are in service."""
    posts = staffing.posts.get(grid_id, ())
    return [post for post in posts if staff.holds(post, at) and staff.is_active(staffing, post.person_id, at)]


def posted_on(staffing, person_id, codes, at):
    """Return the codes, among those of ``codes`` (grid id → code), of the grids where a person has a post at ``at``."""
    here = [codes[grid_id] for grid_id, posts in staffing.posts.items() if grid_id in codes
            for post in posts if post.person_id == person_id and staff.holds(post, at)]  # fmt: skip
    return tuple(sorted(set(here), key=str.encode))


def refuse_unposted(session, draft_id, difference, grids, at):
    """Raise StaffToRepost where somebody would be left without a post."""
    left = [one for one in displaced(session, draft_id, difference, grids, at) if not one.next_grids]
    if left:
        listed = ", ".join(f"{one.person.name} ({one.grid})" for one in left[:SHOWN])
        raise StaffToRepost(
            "Draft {draft} dissolves grids on which {count} people are posted who have no other post then: {listed}. "
            "Post them elsewhere, or end their posts, before publishing.",
            draft=draft_id,
            count=len(left),
            listed=listed + (" …" if len(left) > SHOWN else ""),
        )
