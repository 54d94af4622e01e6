"""Numbered values: a growing list in which equal values have one number, and arrays beside it."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value", bound=Hashable)


class Numbered(Generic[Value]):
    """Values, each once; the first is ``values[0]``, the one that was there from the start."""

    def __init__(self, first: Value) -> None:
        self.values = [first]
        self._numbers = {first: 0}
        self._adding = threading.Lock()

    def number(self, value: Value) -> int:
        """Return the number of ``value``, a new one where it is new."""
        with self._adding:
            if value not in self._numbers:
                self.values.append(value)
                self._numbers[value] = len(self.values) - 1
            return self._numbers[value]


class Beside(Generic[Value]):
    """An array beside numbered values: what ``of`` says of each; it grows with them."""

    def __init__(self, numbered: Numbered[Value], of: Callable[[Value], Any], dtype: npt.DTypeLike) -> None:
        self._numbered, self._of = numbered, of
        self._array = np.empty(0, dtype)

    def take(self, numbers: npt.NDArray[Any], out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """Return what is said of the values with these numbers, written into ``out`` if there is one."""
        known = self._array
        if len(known) < len(self._numbered.values):
            new = [self._of(value) for value in self._numbered.values[len(known) :]]
            self._array = known = np.append(known, np.array(new, known.dtype))
        return known.take(numbers, out=out, mode="clip")
