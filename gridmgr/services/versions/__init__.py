"""Versions over time: what differs between two, what a draft would do, withdrawing, reviving, rebasing, notices."""
