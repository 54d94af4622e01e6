"""USE CASES: load, decide, save. One function, one transaction."""
