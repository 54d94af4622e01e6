"""Handling: one function for each step of a report or a case, each one transaction.

Every function takes ``(engine, number, *, by, at, …)`` and what its step needs, and besides

role : str
    The role in which ``by`` (a login) acts; it is kept in the history.
seen : int, optional
    The number of the last event that the caller saw (0 where there was none). Where something has
    happened since on which the step rests (:func:`gridmgr.domain.casework.steps.rests_on`), nothing is
    written and :class:`~gridmgr.services.handling.stepping.MovedOn` tells what.
recorded_at : datetime, optional
    When it was heard of, where that is later than ``at``: a phone was out of reach.
once : gridmgr.services.handling.repeating.Once, optional
    The key under which the step is sent: sent again, it is not taken again.
reason : str
    Why, in words; some steps need it.

What is allowed when is in :mod:`gridmgr.domain.casework.steps`; who may do it, the doors look up.
"""
