"""The drawn grids of a draft into a file that a desktop GIS edits."""

import pathlib

import numpy as np

from gridmgr.errors import NotFound
from gridmgr.geometry import formats
from gridmgr.services.drafting import editing
from gridmgr.store import backups


def export(engine, draft_id, path):
    """Write the drawn grids of a draft with code, names, level and parent; return how many there are.

    Grids that consist of smaller ones are left out: their borders follow from those.
    """
    backups.refuse_city(pathlib.Path(path))
    desk = editing.look(engine, draft_id)
    codes = desk.coverage.codes
    if not codes:
        raise NotFound("Draft {draft} has no drawn grid: there is nothing to write.", draft=draft_id)
    states = [desk.states[code] for code in codes]
    columns = {
        "code": codes,
        "name": [state.name for state in states],
        "name_en": [state.name_en for state in states],
        "level": [state.level for state in states],
        "parent": [state.parent_code or "" for state in states],
    }
    shapes = np.empty(len(codes), dtype=object)
    shapes[:] = [desk.coverage.shape(code) for code in codes]
    formats.write(path, formats.Features(str(path), "grids", shapes, columns, "EPSG:4326"))
    return len(codes)
