"""Transactions for the doors: web and command line open one here, use cases work inside it."""

import functools

from gridmgr.store import database

reading = functools.partial(database.session, write=False)
writing = functools.partial(database.session, write=True)
