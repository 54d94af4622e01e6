"""Bytes of one file to the end of another."""

import os

BLOCK = 1 << 26


def append(file, path, start=0, end=None):
    """Copy the bytes of ``path`` to the end of an open file, inside the kernel: where it can, without moving them."""
    file.flush()
    with path.open("rb") as source:
        end = os.fstat(source.fileno()).st_size if end is None else end
        copy = copied_range
        while start < end:
            try:
                start += copy(source, file, start, min(BLOCK, end - start))
            except OSError:
                if copy is sent:
                    raise
                copy = sent


def copied_range(source, file, start, count):
    """Copy some bytes, which file systems that share blocks need not move; return how many."""
    return os.copy_file_range(source.fileno(), file.fileno(), count, offset_src=start)


def sent(source, file, start, count):
    """Copy some bytes between any two files; return how many."""
    return os.sendfile(file.fileno(), source.fileno(), start, count)
