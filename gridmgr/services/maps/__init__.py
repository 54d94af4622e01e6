"""What the map shows: boundaries, things of a layer, one number per grid, and what a search finds."""
