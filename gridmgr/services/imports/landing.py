"""A level's grids on their way from a file into a draft: the city they meet, what is wrong, and the writing."""

import dataclasses

from gridmgr.domain.drafts import Draft
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.layers import Layer
from gridmgr.errors import Conflict
from gridmgr.geometry import coverage
from gridmgr.services import auditing, drafts, nesting
from gridmgr.services.catalogue import catalogue
from gridmgr.services.standing import ground
from gridmgr.store import cities as city_rows
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows


class WhichDraftToFill(Conflict):
    """More than one draft is open."""

    slug = "which-draft-to-fill"


class CityChanged(Conflict):
    """The city changed while the file was being read."""

    slug = "city-changed"


@dataclasses.dataclass(frozen=True)
class Situation:
    """The city an import meets: its draft (None for a new one), what that holds, and the state of the revisions."""

    draft_id: int | None
    base_number: int | None
    boundaries: Boundaries
    bounds: tuple[float, ...] | None
    profile: str
    revisions: dict[str, int]


def situation_of(session, layer: Layer, draft=None) -> Situation:
    """Return the city as an import into ``layer`` meets it."""
    chosen = draft_to_fill(session, draft) if layer.kind == "level" else None
    newest = version_rows.newest(session)
    base_number = chosen.base_number if chosen else newest.number if newest else None
    boundaries = Boundaries("", (), {}, {})
    if chosen is not None:
        boundaries = draft_rows.boundaries(session, chosen.id)
    elif newest is not None:
        boundaries = grid_rows.boundaries(session, newest.number)
    city = city_rows.the_city(session)
    return Situation(
        draft_id=chosen.id if chosen else None,
        base_number=base_number,
        boundaries=boundaries,
        bounds=bounds_of(boundaries, city, layer),
        profile=city.profile,
        revisions=revisions.numbers(session),
    )


def draft_to_fill(session, draft):
    """Return the draft that was asked for or the only open one, None where a new one is needed."""
    if draft is not None:
        return drafts.the_draft(session, draft)
    found = draft_rows.open_drafts(session)
    if len(found) > 1:
        raise WhichDraftToFill(
            "Drafts {listed} are open: say with --draft which one the file goes into.",
            listed=", ".join(str(d.id) for d in found),
        )
    return found[0] if found else None


def bounds_of(boundaries, city, layer):
    """Return west, south, east, north of the city, None before anything tells where it lies.

    A new outline of the city is only compared with the box it was founded in:
    the outline it replaces may be the mistake.
    """
    others = {code: shape for code, shape in boundaries.shapes.items() if boundaries.grids[code].level != layer.id}
    if others and layer.id != nesting.chain()[0]:
        return ground.extent(dataclasses.replace(boundaries, shapes=others))
    box = city.settings.get("bbox")
    return tuple(box) if box else None


def land_findings(plan, profile, metric):
    """Return what the audit of the land will say of the draft, and of an imported parent level by itself; errors first."""
    found = [*plan.findings, *auditing.land_findings(plan.after, profile, metric)]
    own = {code: plan.after.shapes[code] for code in plan.after.at_level(plan.level)}
    if plan.level != nesting.chain()[0] and all(plan.after.grids[code].role == "reference" for code in own):
        found += coverage.audit(own, auditing.frame_of(plan.after), metric=metric)
    return sorted(found, key=lambda f: f.severity != "error")


def write(session, *, situation, plan, file, at, by):
    """Put a plan into its draft, and that it came from ``file`` into its history; return the draft's id.

    Raises
    ------
    CityChanged
        Boundaries or drafts are no longer those that were planned on.
    """
    now = revisions.numbers(session)
    if any(now.get(kind) != situation.revisions.get(kind) for kind in ("boundaries", "drafts")):
        raise CityChanged("The city's boundaries or drafts changed while the file was read. Import it again.")
    if situation.draft_id is None:
        title = catalogue()[plan.level].title_en
        draft = draft_rows.add(session, Draft(f"Import: {title}", at, by, base_number=situation.base_number))
    else:
        draft = draft_rows.get(session, situation.draft_id)
    draft_rows.clear_level(session, draft, plan.level)
    draft_rows.put(session, draft, plan.rows(draft.id))
    edit_rows.close(session, draft, {"op": "import", "level": plan.level, "file": file}, by=by, at=at)
    revisions.raise_(session, "drafts")
    return draft.id
