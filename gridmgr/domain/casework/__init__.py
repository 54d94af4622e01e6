"""Casework: what may be done with a report or a case, and what its history says of it now."""
