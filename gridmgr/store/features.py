"""Things of reference, overlay and object layers, with their shapes."""

import shapely
from sqlalchemy import bindparam, delete, func, or_, select, type_coerce, update

from gridmgr.domain.layers import Feature, FeatureShape
from gridmgr.store import boxes, bulk
from gridmgr.store.tables.features import feature, feature_shape
from gridmgr.store.types import RawShape, shapes_of

with_shape = select(Feature, type_coerce(feature_shape.c.shape, RawShape)).join(
    feature_shape, feature_shape.c.feature_id == feature.c.id
)


def at_layer(session, layer, bbox=None, at=None):
    """Return [(Feature, shape)] of a layer, by code.

    Parameters
    ----------
    bbox : tuple of float, optional
        Only what meets this box: west, south, east, north; degrees.
    at : datetime, optional
        Only what was there then.
    """
    rows = with_shape.where(feature.c.layer == layer).order_by(feature.c.code, feature.c.id)
    if at is not None:
        rows = rows.where(was_there(at))
    if bbox is None:
        return pairs(session.execute(rows))
    near = select(feature_shape.c.feature_id).where(boxes.may_meet(session, feature_shape, bbox))
    candidates = pairs(session.execute(rows.where(feature.c.id.in_(near))))
    meets = shapely.intersects([shape for _, shape in candidates], shapely.box(*bbox))
    return [pair for pair, is_inside in zip(candidates, meets, strict=True) if is_inside]


def pairs(result):
    """Return rows of a feature and its stored shape as [(Feature, shape)]."""
    rows = result.all()
    return list(zip([row[0] for row in rows], shapes_of([row[1] for row in rows]), strict=True))


def was_there(at):
    """Return the condition that a feature existed at ``at``; one without dates always did."""
    begun = or_(feature.c.valid_from.is_(None), feature.c.valid_from <= at)
    not_over = or_(feature.c.valid_to.is_(None), feature.c.valid_to > at)
    return begun & not_over


def add_many(session, new):
    """Keep new features with their shapes; return the features with their ids.

    Parameters
    ----------
    new : list of (Feature, shape)
        The shapes are lon/lat.
    """
    new = list(new)
    added = bulk.insert(session, [one for one, _ in new])
    bulk.insert(
        session, [FeatureShape(feature_id=one.id, shape=shape) for one, (_, shape) in zip(added, new, strict=True)]
    )
    return added


def counts(session, at=None):
    """Return layer → number of its features; with ``at`` only of those that were there then."""
    counted = select(feature.c.layer, func.count()).group_by(feature.c.layer).order_by(feature.c.layer)
    return dict(session.execute(counted if at is None else counted.where(was_there(at))).all())


def codes(session, layer):
    """Return the codes of a layer's features that have no end."""
    return set(session.scalars(select(feature.c.code).where(feature.c.layer == layer, feature.c.valid_to.is_(None))))


def drop(session, layer, codes):
    """Delete the features of a layer with these codes, with their shapes."""
    session.flush()
    here = (feature.c.layer == layer) & (feature.c.code == bindparam("wanted"))
    its_shape = delete(feature_shape).where(feature_shape.c.feature_id.in_(select(feature.c.id).where(here)))
    for statement in (its_shape, delete(feature).where(here)) if codes else ():
        session.connection().execute(statement, [{"wanted": code} for code in codes])


def end(session, layer, codes, at):
    """Let the features of a layer with these codes end at ``at``, those that have no end yet."""
    session.flush()
    here = (feature.c.layer == layer) & (feature.c.code == bindparam("wanted")) & feature.c.valid_to.is_(None)
    if codes:
        ending = update(feature).where(here).values(valid_to=at)
        session.connection().execute(ending, [{"wanted": code} for code in codes])


def named(session, layers, words, limit=200):
    """Return at most ``limit`` [(Feature, shape)] of ``layers`` whose name or code holds ``words``, shortest name first."""
    holds_words = or_(
        *(text.icontains(words, autoescape=True) for text in (feature.c.name, feature.c.name_en, feature.c.code))
    )
    rows = with_shape.where(feature.c.layer.in_(layers), holds_words)
    shortest_first = (func.length(feature.c.name), feature.c.code, feature.c.id)
    return pairs(session.execute(rows.order_by(*shortest_first).limit(limit)))
