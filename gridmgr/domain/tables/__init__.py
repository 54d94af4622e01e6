"""Answers for many rows at once: tables that are filled by the rules when a row first asks."""
