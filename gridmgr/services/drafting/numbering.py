"""Codes of new grids: the next free number beside the grids of the same area."""

import itertools
import re

from gridmgr.store.drafts import edits as edit_rows


def next_code(session, desk, beside):
    """Return the next free code in the run of numbers that the code ``beside`` belongs to.

    No code that any grid ever had is given again.
    """
    start, number = parted(desk, beside)
    used = edit_rows.codes_like(session, start) | {code for code in desk.states if code.startswith(start)}
    tails = (code[len(start) :] for code in used)
    run = [int(tail) for tail in tails if len(tail) == len(number) and tail.isdecimal() and tail.isascii()]
    following = itertools.count(max(run, default=1) + 1)
    return next(code for one in following if (code := f"{start}{one:0{len(number)}d}") not in used)


def parted(desk, code):
    """Return a code without its number, and the number; a code without one goes on with -2."""
    parent = desk.states[code].parent_code if code in desk.states else None
    if parent and code.startswith(parent) and re.fullmatch("[0-9]+", code[len(parent) :]):
        return parent, code[len(parent) :]
    found = re.fullmatch("(.*?)([0-9]{1,9})", code, re.DOTALL)
    return (found[1], found[2]) if found else (f"{code}-", "2")
