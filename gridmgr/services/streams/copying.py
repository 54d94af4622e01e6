"""Bytes of one file to the end of another."""

import os

BLOCK = 1 << 26


def append(file, path, start=0, end=None):
    """Copy the bytes of ``path`` to the end of an open file, inside the kernel where it can."""
    file.flush()
    with path.open("rb") as source:
        end = os.fstat(source.fileno()).st_size if end is None else end
        copy = copied_inside if hasattr(os, "copy_file_range") else copied
        while start < end:
            try:
                start += some(copy(source, file, start, min(BLOCK, end - start)))
            except OSError:
                if copy is copied:
                    raise
                copy = copied


def some(count):
    """Return how many bytes were copied; none at all, as some file systems answer the kernel, is an error."""
    if not count:
        raise OSError("No bytes could be copied.")
    return count


def copied_inside(source, file, start, count):
    """Copy some bytes inside the kernel, which not all file systems can; return how many."""
    return os.copy_file_range(source.fileno(), file.fileno(), count, offset_src=start)


def copied(source, file, start, count):
    """Copy some bytes by way of this process; return how many."""
    data = os.pread(source.fileno(), min(count, 1 << 22), start)
    return os.write(file.fileno(), data)
