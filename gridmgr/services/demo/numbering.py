"""Codes of grids: within a community from north to south in rows, each row from west to east.

Source: Beijing DB11 unit-grid standard as quoted in secondary sources: six digits of
division, three of subdistrict, three of community, then the sequence.
"""

import numpy as np

ROWS = 4


def middles(labels, centres):
    """Return the middle of each label's faces, metres, shape (labels, 2)."""
    counts = np.maximum(np.bincount(labels), 1)
    return np.stack([np.bincount(labels, centres[:, axis]) for axis in (0, 1)], axis=1) / counts[:, None]


def reading_order(points):
    """Return the order in which one reads ``points``, shape (n, 2): rows from the north, each from the west."""
    south, height = points[:, 1].min(), max(np.ptp(points[:, 1]), 1.0)
    rows = max(1, min(ROWS, round(len(points) ** 0.5)))
    row = np.minimum((points[:, 1] - south) / height * rows, rows - 1).astype(int)
    return np.lexsort((points[:, 0], -row))


def codes(labels, community, centres, community_codes, digits):
    """Return the code of each label 0 to n - 1; "" for one without a face.

    Parameters
    ----------
    labels, community : int, shape (faces,)
        The grid of each face and its community; label -1 is left out.
    centres : float, shape (faces, 2)
    digits : int
        Length of the sequence within the community.
    """
    there = labels >= 0
    labels, community, centres = labels[there], community[there], centres[there]
    middle = middles(labels, centres)
    home = np.full(labels.max() + 1, -1)
    home[labels] = community
    found = [""] * len(home)
    for one in np.unique(home[home >= 0]):
        members = np.flatnonzero(home == one)
        for number, label in enumerate(members[reading_order(middle[members])], start=1):
            found[label] = f"{community_codes[one]}{number:0{digits}d}"
    return found
