"""The raster of cells that tells owners.

``frame`` says where the cells lie, ``outlines`` finds the edges of all grids, ``crossing``
the cells that each runs through, ``walking`` who owns the cells between them, ``building`` fills the cells of a window, ``drawing``
those of all grids or only of the few that changed, and ``cells`` holds them.
"""
