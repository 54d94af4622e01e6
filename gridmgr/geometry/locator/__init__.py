r"""Which grid owns a point.

The rule: of all grids whose closed shape (inside, edges and vertices) touches
the point, the one with the lowest code, codes compared as UTF-8 bytes. Inside a
grid that is the grid itself; on a shared edge or corner one of the neighbours,
always the same one, whatever the order of the input and the collation of a
database ("10" before "2", "B" before "a", "网" last). GEOS decides "touches"
exactly on the given doubles, so there is no tolerance and no point of a whole
coverage without an owner.

That rule is asked (``touching``) only where a point lies on an edge or so near
that rounding could decide. Everything else is read from a raster of cells::

    +-------+-------+-------+
    |       |   \   |       |      a cell without edges holds its owner;
    |   3   |    \  |   5   |      one with edges holds them, each once, with
    |       |  o  \ |       |      the grids it bounds, and a reference o of
    +-------+------\+-------+      known owner: the edges that the straight way
    |       |       |\      |      from a point to o crosses tell the owner
    |   3   |   3   | o\ 5  |      of the point (``asking``, ``compiled``, ``single``)
    +-------+-------+-------+

The raster is drawn by ``raster/``, which see, and kept in a file by ``saved``. Until
enough was asked to repay it, ``owning`` draws nothing. ``bordering`` sorts the
borders, ``distances`` and ``measuring`` tell how far they are; ``locating`` is what others use.
"""

from gridmgr.geometry.locator.locating import Locator
from gridmgr.geometry.locator.raster.building import NONE

__all__ = ["NONE", "Locator"]
