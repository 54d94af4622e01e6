"""Things of reference, overlay and object layers, with their shapes."""

import shapely
from sqlalchemy import delete, func, or_, select

from gridmgr.domain.layers import Feature, FeatureShape
from gridmgr.store import boxes, bulk
from gridmgr.store.mapping import feature, feature_shape


def at_layer(session, layer, bbox=None, at=None):
    """Return [(Feature, shape)] of a layer, by code.

    Parameters
    ----------
    bbox : tuple of float, optional
        Only what meets this box: west, south, east, north; degrees.
    at : datetime, optional
        Only what was there then.
    """
    rows = select(Feature, feature_shape.c.shape).join(feature_shape, feature_shape.c.feature_id == feature.c.id)
    rows = rows.where(feature.c.layer == layer).order_by(feature.c.code, feature.c.id)
    if at is not None:
        rows = rows.where(was_there(at))
    if bbox is None:
        return session.execute(rows).all()
    candidates = session.execute(rows.where(boxes.may_meet(session, feature_shape, bbox))).all()
    meets = shapely.intersects([shape for _, shape in candidates], shapely.box(*bbox))
    return [pair for pair, is_inside in zip(candidates, meets, strict=True) if is_inside]


def was_there(at):
    """Return the condition that a feature existed at ``at``; one without dates always did."""
    begun = or_(feature.c.valid_from.is_(None), feature.c.valid_from <= at)
    not_over = or_(feature.c.valid_to.is_(None), feature.c.valid_to > at)
    return begun & not_over


def add_many(session, pairs):
    """Keep new features with their shapes; return the features with their ids.

    Parameters
    ----------
    pairs : list of (Feature, shape)
        The shapes are lon/lat.
    """
    pairs = list(pairs)
    added = bulk.insert(session, [one for one, _ in pairs])
    bulk.insert(
        session, [FeatureShape(feature_id=one.id, shape=shape) for one, (_, shape) in zip(added, pairs, strict=True)]
    )
    return added


def counts(session):
    """Return layer → number of its features."""
    counted = select(feature.c.layer, func.count()).group_by(feature.c.layer).order_by(feature.c.layer)
    return dict(session.execute(counted).all())


def clear_layer(session, layer):
    """Delete the features of a layer, with their shapes."""
    session.flush()
    its_features = select(feature.c.id).where(feature.c.layer == layer)
    session.execute(delete(feature_shape).where(feature_shape.c.feature_id.in_(its_features)))
    session.execute(delete(feature).where(feature.c.layer == layer))


def named(session, layers, words, limit=200):
    """Return at most ``limit`` [(Feature, shape)] of ``layers`` whose name or code holds ``words``, shortest name first."""
    holds_words = or_(
        *(text.icontains(words, autoescape=True) for text in (feature.c.name, feature.c.name_en, feature.c.code))
    )
    rows = select(Feature, feature_shape.c.shape).join(feature_shape, feature_shape.c.feature_id == feature.c.id)
    rows = rows.where(feature.c.layer.in_(layers), holds_words)
    shortest_first = (func.length(feature.c.name), feature.c.code, feature.c.id)
    return session.execute(rows.order_by(*shortest_first).limit(limit)).all()
