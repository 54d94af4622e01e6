"""Drafts being edited: the desk a draft lies on, what an edit does to it, and keeping what was done."""
