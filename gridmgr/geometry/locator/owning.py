"""Who owns points: the raster where it is drawn, the shapes themselves where it is not or leaves a doubt."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridmgr.geometry.locator import asking, saved, single
from gridmgr.geometry.locator.raster import drawing
from gridmgr.geometry.locator.raster.building import HARD, NONE
from gridmgr.geometry.locator.touching import Touching

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridmgr.geometry.crs import Geometries, Numbers
    from gridmgr.geometry.locator.raster.cells import Raster
    from gridmgr.geometry.locator.raster.outlines import Indices, Marks

WORTH_DRAWING = 2_000
"""So many points repay the time that the raster takes to draw."""
log = logging.getLogger(__name__)


class Owners:
    """Shapes with their raster: drawn once, when enough points were asked about, or mapped from a file.

    Grids are known to the raster by ``numbers``; ``one`` and ``many`` answer with
    positions in ``touching.shapes``.
    """

    def __init__(self, shapes: Geometries, compiled: bool | None, cell_m: float | None) -> None:
        self.touching = Touching(shapes)
        self.numbers: Marks = np.arange(len(shapes), dtype=np.int32)
        self.raster: Raster | None = None
        self.is_drawn = False
        self.one: Callable[[float, float], int] = self._one_exactly
        self._compiled, self._cell_m = compiled, cell_m
        self._positions: Marks | None = None
        self._seal: saved.Seal | None = None
        self._look: Callable[[float, float], int] | None = None
        self._asked = 0
        self._drawing = threading.RLock()

    def many(self, lon: Numbers, lat: Numbers) -> Marks:
        """Return the position of each point's owner, NONE for none; int32, shape (n,)."""
        if len(lon) >= WORTH_DRAWING:
            self.draw()
        if not self.is_drawn:
            return self.touching.lowest_many(lon, lat)
        return self._settled(self._looked_up(lon, lat), lon, lat)

    def pairs(self, lon: Numbers, lat: Numbers) -> tuple[Indices, Marks]:
        """Return every pair of a finite point and a grid that holds it; those with an edge there may be left out.

        Where no grids overlap, the owner is the only one that holds a point without having an edge there.
        """
        if not self.is_drawn or (self.raster is not None and self.raster.is_crowded):
            point, grid = self.touching.pairs(lon, lat)
            return point, grid.astype(np.int32)
        found = self._looked_up(lon, lat)
        hard = np.flatnonzero(found == HARD)
        owner = self._settled(found, lon, lat)
        held = np.flatnonzero(owner != NONE)
        more, grid = self.touching.pairs(lon[hard], lat[hard])
        return np.concatenate([held, hard[more]]), np.concatenate([owner[held], grid.astype(np.int32)])

    def holding(self, lon: float, lat: float) -> list[int]:
        """Return the positions of the grids that hold a finite point, as ``pairs`` does."""
        if self._look is None or self.raster is None or self.raster.is_crowded or self._look(lon, lat) == HARD:
            return self.touching.tree.query(shapely.Point(lon, lat), predicate="intersects").tolist()  # type: ignore[no-any-return]
        owner = self.one(lon, lat)
        return [] if owner == NONE else [owner]

    # --- the raster ----------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the raster, once."""
        with self._drawing:
            if not self.is_drawn:
                self._use(drawing.draw(self.touching, self.numbers, self._cell_m))

    def take(self, opened: saved.Opened) -> None:
        """Use the raster of a file; its tiles are checked as they are looked into."""
        if (opened.numbers != self.numbers).any():
            self.renumber(opened.numbers)
        self._seal = opened.seal
        self._use(opened.seal.raster, self._touch)

    def whole(self) -> Raster | None:
        """Return the raster with every tile drawn and checked; None where no grid has an area."""
        self.draw()
        seal = self._seal
        if seal is not None:
            try:
                seal.check(np.arange(len(seal.raster.base)))
            except saved.Damaged:
                self._draw_anew()
        return self.raster

    def follow(self, before: Owners, numbers: Marks, bounds: Numbers) -> None:
        """Take the raster of the owners as they were, with the tiles that ``bounds`` reach into drawn anew.

        ``numbers`` says which of the grids were there, NONE for the new ones.
        """
        fresh = np.flatnonzero(numbers == NONE)
        numbers[fresh] = int(before.numbers.max(initial=NONE)) + 1 + np.arange(len(fresh))
        self.renumber(numbers)
        was = before.whole() if before.is_drawn else None
        if was is not None:
            raster = drawing.redraw(was, self.touching, self.numbers, bounds)
            if raster is not None:
                self._use(raster)

    def renumber(self, numbers: Marks) -> None:
        """Know the grids by other numbers than their positions."""
        self.numbers = numbers
        # Two places more, so that NONE and HARD, which count from the end, are themselves.
        self._positions = np.full(int(numbers.max(initial=NONE)) + 3, NONE, np.int32)
        self._positions[HARD] = HARD
        self._positions[numbers] = np.arange(len(numbers))

    def _use(self, raster: Raster | None, touch: Callable[[int], None] | None = None) -> None:
        self.raster = raster
        look = None if raster is None else single.asker(raster, touch)
        positions = None if self._positions is None else self._positions.tolist()

        def one(lon: float, lat: float) -> int:
            try:
                number = NONE if look is None else look(lon, lat)
            except saved.Damaged:
                self._draw_anew()
                return self.one(lon, lat)
            if number == HARD:
                return self.touching.lowest(lon, lat)
            return number if positions is None else positions[number]

        self.one, self._look, self.is_drawn = one, look, True

    def _touch(self, tile: int) -> None:
        seal = self._seal
        if seal is not None and not seal.is_right[tile]:
            seal.check(np.array([tile]))

    def _draw_anew(self) -> None:
        """Put a raster that is drawn now in the place of a damaged one; until it is there, whoever asks waits for it."""
        with self._drawing:
            if self._seal is not None:
                log.warning("A saved index is damaged; it is drawn anew.")
                self._use(drawing.draw(self.touching, self.numbers, self._cell_m))
                self._seal = None

    # --- asking ----------------------------------------------------------------------------

    def _one_exactly(self, lon: float, lat: float) -> int:
        self._asked += 1
        if self._asked >= WORTH_DRAWING:
            self.draw()
        return self.touching.lowest(lon, lat)

    def _looked_up(self, lon: Numbers, lat: Numbers) -> Marks:
        seal = self._seal
        if seal is not None and not seal.is_right.all():
            try:
                seal.check(asking.tiles(seal.raster, lon, lat))
            except saved.Damaged:
                self._draw_anew()
        raster = self.raster
        if raster is None:
            return np.full(len(lon), NONE, np.int32)
        if asking.is_compiled(self._compiled, len(lon)):
            from gridmgr.geometry.locator import compiled

            return compiled.owners(raster, lon, lat)
        return asking.owners(raster, lon, lat)

    def _settled(self, found: Marks, lon: Numbers, lat: Numbers) -> Marks:
        """Return positions for numbers, the points in doubt asked exactly."""
        hard = np.flatnonzero(found == HARD)
        if self._positions is not None:
            found = self._positions[found]
        if len(hard):
            found[hard] = self.touching.lowest_many(lon[hard], lat[hard])
        return found
