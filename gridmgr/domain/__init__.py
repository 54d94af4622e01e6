"""RULES: values and functions. No database, no web, no clock."""
