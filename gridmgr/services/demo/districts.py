"""The seven administrative districts, with the parts that functional zones were cut from."""

import numpy as np

from gridmgr.domain.layers import Feature
from gridmgr.services.demo.mesh import areas_by_label, label_pairs


def administrative(plan, since):
    """Yield (Feature, shape) of each administrative district, lon/lat; the zones lie inside them."""
    codes = sorted({s.district for s in plan.places.subdistricts})
    of = {a.code: a for a in plan.places.areas}
    labels = np.array([codes.index(s.district) for s in plan.places.subdistricts])[plan.shares.subdistrict]
    one, other = label_pairs(plan.ground.mesh, labels)
    for code, shape in zip(codes, areas_by_label(plan.ground.lines, one, other, range(len(codes))), strict=True):
        yield (
            Feature(
                "administrative_district", code, of[code].name, of[code].name_en, valid_from=since, recorded_by="demo"
            ),
            shape,
        )
