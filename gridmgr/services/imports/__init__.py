"""IMPORTS: what stands between a file that was read and rows that are written."""
