"""POLYGONS: coordinates, coverages, look-ups and files. No names, people or rows."""
