"""The answer to a step that was taken before: what its history said when it was."""

import dataclasses

from gridmgr.domain.cases import Case, Report
from gridmgr.domain.casework.policy import policy_of
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.services import calendars
from gridmgr.services.handling.repeating import Repeated, stop_repeated
from gridmgr.services.transactions import reading
from gridmgr.store import cities
from gridmgr.store.cases import casework as rows
from gridmgr.store.cases import step_keys


def once(engine, take, telling):
    """Return what ``take()`` returns; where the step was taken before under its key, what it returned then.

    Raises
    ------
    StepKeyUsed
    """
    try:
        if telling.get("once") is not None:
            with reading(engine) as session:
                stop_repeated(session, telling["by"], telling["once"])
        return take()
    except Repeated as twin:
        with reading(engine) as session:
            return answer(session, step_keys.event(session, twin.event_id))


def answer(session, event):
    """Return a copy of the Case, or of the Report, as it was after ``event``; of a filed report, the new Case."""
    if event.case_id is not None:
        return as_it_was(session, session.get_one(Case, event.case_id), event.number)
    if event.action == "file":
        return as_it_was(session, rows.case_of_number(session, event.data["case"])[0], 1)
    return dataclasses.replace(session.get_one(Report, event.report_id), state=event.to_state)


def as_it_was(session, case, number):
    """Return a copy of a Case as the first ``number`` events of its history leave it."""
    told = [one for one in rows.history(session, case_id=case.id) if one.number <= number]
    policy = policy_of(cities.the_city(session).settings)
    return dataclasses.replace(case, **row_of(state_of(told), calendars.calendar(session), policy))
