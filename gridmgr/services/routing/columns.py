"""Columns: numpy arrays as Arrow columns, none of whose values is copied."""

import numpy as np
import pyarrow as pa


def nullable(values, is_there):
    """Return numbers as a column in which those that are not there are null."""
    if is_there.all():
        return pa.array(values)
    there = np.packbits(is_there, bitorder="little")
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [pa.py_buffer(there), pa.py_buffer(np.ascontiguousarray(values))])


def texts(positions, dictionary):
    """Return a column of the texts at ``positions`` in a dictionary, a negative one for none."""
    return pa.DictionaryArray.from_arrays(nullable(positions, positions >= 0), dictionary, safe=False)
