"""Features of reference, overlay and object layers on their way from a file into the city."""

import dataclasses
import datetime as dt

from gridmgr import resources
from gridmgr.domain.layers import Feature
from gridmgr.domain.responsibility import NobodysLand
from gridmgr.domain.routing.lands import read_land_kinds
from gridmgr.services.imports.attributes import UnusableField
from gridmgr.store import bulk, features, responsibility, revisions

LANDS = "nobodys_land"


@dataclasses.dataclass(frozen=True)
class Replaced:
    """How many features were new and how many took the place of one with their code."""

    added: int
    changed: int


def compare(session, layer, arrivals) -> Replaced:
    """Return what writing the arrivals would do."""
    known = features.codes(session, layer.id)
    changed = sum(code in known for code in arrivals.by_code)
    return Replaced(len(arrivals.by_code) - changed, changed)


def check(session, layer, arrivals):
    """Raise UnusableField where a nobody's land has an unknown kind or department."""
    if layer.id != LANDS:
        return
    known = {"kind": land_kinds().keys(), "department": {d.code for d in responsibility.departments(session)}}
    for one in arrivals.by_code.values():
        for field, choices in known.items():
            if one.props.get(field) not in choices:
                raise UnusableField(
                    "{file}: feature {feature}, field {field}: there is no “{value}”; write one of {choices}.",
                    file=arrivals.features.file,
                    feature=one.number,
                    field=field,
                    value=str(one.props.get(field, ""))[:40],
                    choices=", ".join(sorted(choices)) or "–",
                )


def put(session, *, layer, arrivals, at, by):
    """Write the arrivals, each in the place of the feature with its code; the others of the layer stay.

    A nobody's land is a fact that changes: its old registration ends at ``at``
    and stays on record.
    """
    new = [(feature(layer, one, at=at, by=by), one.shape) for one in arrivals.by_code.values()]
    if layer.id == LANDS:
        ended = responsibility.end_lands(session, list(arrivals.by_code), at)
        features.end(session, layer.id, list(arrivals.by_code), at)
        made = features.add_many(session, new)
        pairs = zip(made, arrivals.by_code.values(), strict=True)
        bulk.insert(session, [land(f, one, ended.get(one.code), at=at, by=by) for f, one in pairs])
        revisions.raise_(session, "responsibility")
    else:
        features.drop(session, layer.id, list(arrivals.by_code))
        features.add_many(session, new)
    revisions.raise_(session, "features")


def feature(layer, one, *, at, by):
    """Return the Feature of one arrival; a nobody's land is valid from its registration on."""
    return Feature(
        layer.id,
        one.code,
        one.name,
        name_en=one.name_en,
        props=one.props,
        valid_from=at if layer.id == LANDS else None,
        recorded_at=at,
        recorded_by=by,
    )


def land(feature, one, before, *, at, by):
    """Return the NobodysLand of one arrival; it claims what its kind claims, with the priority it had ``before``."""
    kind, expires = one.props["kind"], one.props.get("expires_on")
    return NobodysLand(
        feature_id=feature.id,
        code=one.code,
        name=one.name,
        kind=kind,
        department_code=one.props["department"],
        organisation=one.props["organisation"],
        person=one.props["person"],
        phone=one.props.get("phone", ""),
        document=one.props["document"],
        categories=list(land_kinds()[kind].claims),
        valid_from=at,
        expires_on=dt.date.fromisoformat(expires) if expires else None,
        priority=before.priority if before else 0,
        recorded_at=at,
        recorded_by=by,
    )


def land_kinds():
    """Return the kinds of nobody's land by id."""
    return read_land_kinds((resources.directory("layers") / "nobodys_lands.toml").read_text(encoding="utf-8"))
