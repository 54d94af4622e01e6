"""Whole files are routed: read in parts, answered by threads or a cluster, and put together again."""
