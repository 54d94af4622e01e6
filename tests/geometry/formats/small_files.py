"""Two squares, files of them, and what a file that cannot be read is refused with."""

import geopandas
import numpy as np
import pytest
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import read

A, B = shapely.box(119.5, 39.9, 119.51, 39.91), shapely.box(119.51, 39.9, 119.52, 39.91)


def shapes(*found):
    return np.array(found, dtype=object)


def frame(crs="EPSG:4326", geometry=(A, B), **columns):
    return geopandas.GeoDataFrame(columns or {"code": ["001", "002"]}, geometry=list(geometry), crs=crs)


def refusal(path, error=Invalid, **options):
    with pytest.raises(error) as caught:
        read(path, **options)
    said = str(caught.value)
    assert "/tmp" not in said and "gridmgr-" not in said
    return said


def notes(features):
    return [note.say() for note in features.notes]
