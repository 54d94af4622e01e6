"""The tables of the features of the map's layers: streets, components, buildings."""

from sqlalchemy import Column, Index, String

from gridmgr.domain import layers
from gridmgr.store.tables.columns import code, document, instant, known, row_of, table, words
from gridmgr.store.types import Shape

feature = table(
    "feature",
    Column("layer", String(32), nullable=False),
    code("code"),
    words("name"),
    words("name_en"),
    document("props"),
    instant("valid_from", nullable=True),
    instant("valid_to", nullable=True),
    *known(),
)
Index(None, feature.c.layer, feature.c.code)
feature_shape = table(
    "feature_shape", row_of("feature", unique=True), Column("shape", Shape("GEOMETRY"), nullable=False)
)

HOMES = {layers.Feature: feature, layers.FeatureShape: feature_shape}
