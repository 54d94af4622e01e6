"""Versions over time: what two of them do not have in common, and how one came from another."""
