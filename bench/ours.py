"""The project's own Locator in its two forms, as the measurements use it."""

import importlib.util

from gridmgr.geometry.locator import Locator

NUMPY, NUMBA = "ours, numpy", "ours, numba"
WITHOUT_NUMBA = "Left out: ours with numba, as numba is not installed."


def forms():
    """Return name → whether compiled, of the forms that run here."""
    with_numba = {NUMBA: True} if importlib.util.find_spec("numba") else {}
    return {NUMPY: False} | with_numba


def locators(polygons):
    """Return name → Locator of the forms that run here, the index of each built."""
    return {name: Locator(polygons, compiled=compiled).prepare() for name, compiled in forms().items()}
