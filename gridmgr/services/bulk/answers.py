"""Answers to a chunk of rows: the columns that a routed file gains, and the rows that have no answer.

The one place where rows of a file meet the rules; who reads and writes the files is not known here.
"""

import dataclasses

import numpy as np
import pyarrow as pa

from gridmgr.domain import layers
from gridmgr.errors import GridmgrError
from gridmgr.services import routing
from gridmgr.services.bulk.rows import read_rows
from gridmgr.services.catalogue import catalogue
from gridmgr.services.routing import deciding

LEVELS = layers.levels(catalogue())
ANSWER_TYPES = {
    "routed_lon": pa.float64(),
    "routed_lat": pa.float64(),
    "version": pa.string(),
    "outside": pa.bool_(),
    **dict.fromkeys(LEVELS, pa.string()),
    "person": pa.string(),
    "on_duty": pa.bool_(),
    "department": pa.string(),
    "department_name": pa.string(),
    "unit": pa.string(),
    "fallback": pa.bool_(),
    "coverage_gap": pa.bool_(),
    "near_border": pa.bool_(),
    "neighbours": pa.string(),
    "nearest": pa.string(),
    "nearest_m": pa.float64(),
}
PERSON_ID = "person_id"


@dataclasses.dataclass(frozen=True)
class Answers:
    """The answers to a chunk.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Which rows of the chunk are answered, rising.
    columns : pyarrow.Table
        A column for each of ``ANSWER_TYPES``, and ``person_id``; n rows. A column
        of text may be a dictionary of texts.
    refused : list of (int, GridmgrError)
        The other rows of the chunk, rising, each with what is wrong with it.
    """

    rows: np.ndarray
    columns: pa.Table
    refused: list


def answer_chunk(timeline, chunk, columns, *, crs, at):
    """Return the Answers to ``chunk``, row for row what ``routing.where`` says.

    Parameters
    ----------
    timeline : Timeline
    chunk : pyarrow.Table
    columns : Columns
        As ``find_columns`` gives them.
    crs : str
        What the positions are in.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    """
    rows = read_rows(chunk, columns, crs, at, timeline.facts.city.timezone)
    errors = rows.errors | refusals(timeline, rows)
    if not errors:
        return Answers(np.arange(len(chunk)), answer(timeline, rows), [])
    answered = others(len(chunk), errors)
    return Answers(answered, answer(timeline, rows.among(answered)), sorted(errors.items()))


def answer(timeline, rows):
    """Return the columns of the answers to rows that all have one."""
    asked = (rows.lons, rows.lats, rows.categories, rows.codes, rows.observed)
    return pa.table(deciding.route_many(timeline, *asked, received=rows.received).columns())


def others(count, rows):
    """Return which of ``count`` rows are none of ``rows``, rising."""
    is_other = np.ones(count, bool)
    is_other[list(rows)] = False
    return np.flatnonzero(is_other)


def refusals(timeline, rows):
    """Return row → the error of those that were understood but have no answer: no version, or no such category."""
    understood, errors = others(len(rows.lons), rows.errors), {}
    observed = rows.observed[understood] if rows.observed.ndim and rows.errors else rows.observed
    for instant, group in deciding.spells(timeline, observed) if len(understood) else ():
        errors |= refusals_of(timeline, instant, understood[group], rows)
    return errors


def refusals_of(timeline, instant, group, rows):
    """Return row → error of a ``group`` of rows that one version answers, the one in force at ``instant``."""
    try:
        known = timeline.at(instant)
        routing.refuse_without_grids(known)
    except GridmgrError as error:
        return dict.fromkeys(group.tolist(), error)
    unknown = unknown_codes(known, rows.codes)
    if not unknown:
        return {}
    is_unknown = np.array([*(place in unknown for place in range(len(rows.codes))), False])
    found = group[is_unknown[rows.categories[group]]].tolist()
    return {row: unknown[place] for row, place in zip(found, rows.categories[found].tolist(), strict=True)}


def unknown_codes(known, codes):
    """Return place → error of those of ``codes`` that are no category's."""
    found = {}
    for place, code in enumerate(codes):
        try:
            routing.the_category(known, code)
        except routing.UnknownCategory as error:
            found[place] = error
    return found
