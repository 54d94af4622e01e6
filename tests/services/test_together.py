"""What threads bring at the same moment: kept at once, each with its own answer or its own error."""

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from gridmgr.errors import Unavailable
from gridmgr.services.together import MOST, Together


class Writer:
    """Keeps what it is brought; the first time it waits until so many others have come."""

    def __init__(self, refuses=()):
        self.batches, self.refuses = [], dict(refuses)
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, things):
        self.batches.append(list(things))
        self.begun.set()
        self.may_end.wait(10)
        for thing in things:
            if thing in self.refuses:
                raise self.refuses[thing]
        return [f"kept {thing}" for thing in things]


def brought(write, things):
    """Bring ``things`` while the writer is busy with "first"; return of each the answer or the error."""
    together = Together(write)
    with ThreadPoolExecutor(len(things) + 1) as threads:
        first = threads.submit(together.keep, "first")
        assert write.begun.wait(10)
        others = [threads.submit(together.keep, thing) for thing in things]
        while len(together._brought) < len(things):
            pass
        write.may_end.set()
        assert first.result(10) == "kept first"
        return [one.exception(10) or one.result() for one in others]


def test_what_comes_during_a_transaction_goes_into_the_next_together():
    write = Writer()

    assert sorted(brought(write, ["a", "b", "c"])) == ["kept a", "kept b", "kept c"]

    assert [sorted(batch) for batch in write.batches] == [["first"], ["a", "b", "c"]]


def test_one_that_cannot_be_kept_hinders_no_other():
    refused = ValueError("b")

    answers = brought(Writer({"b": refused}), ["a", "b", "c"])

    assert answers == ["kept a", refused, "kept c"]


def test_a_database_in_trouble_is_asked_once_for_all():
    write = Writer({"b": Unavailable("The database is away.")})

    answers = brought(write, ["a", "b", "c"])

    assert [type(one) for one in answers] == [Unavailable] * 3
    assert len(write.batches) == 2


def test_so_many_at_most_are_kept_at_once():
    write = Writer()

    answers = brought(write, list(range(MOST + 1)))

    assert answers == [f"kept {n}" for n in range(MOST + 1)]
    assert sorted(map(len, write.batches)) == [1, 1, MOST]


def test_who_is_interrupted_leaves_nobody_waiting():
    write = Writer({"a": KeyboardInterrupt()})
    write.may_end.set()
    together = Together(write)

    with pytest.raises(KeyboardInterrupt):
        together.keep("a")

    assert together.keep("b") == "kept b"


def test_the_others_of_an_interrupted_batch_hear_that_they_are_not_kept():
    write = Writer({"b": KeyboardInterrupt()})

    answers = brought(write, ["a", "b"])

    assert {type(one) for one in answers} == {KeyboardInterrupt, CancelledError}
