"""Copying photos from one folder of photos to another: a photo never changes, so what is there is not copied again."""

import dataclasses

from gridmgr.services.photos import files


@dataclasses.dataclass(frozen=True)
class Copied:
    """How many photos were copied, how many were there already, and which that are named are nowhere whole."""

    new: int
    known: int
    missing: list[str]

    @property
    def count(self):
        """Return how many photos the folder has of those that were asked for."""
        return self.new + self.known


def copy(photos, source, target, progress=lambda done, total: None):
    """Bring photos from the folder ``source`` to the folder ``target`` and return what was Copied.

    Parameters
    ----------
    photos : list of (token, size, is_named)
        A file of another size in bytes is damaged. What no report and no step names may be cleared away meanwhile.
    source, target : pathlib.Path
        As ``photos`` in the data folder; ``target`` is made where it is not there. Each file appears whole.
    progress : callable
        Told how many are done, of how many.
    """
    new, known, missing = 0, 0, []
    for done, (token, size, is_named) in enumerate(photos, 1):
        if is_there(target, token, size):
            known += 1
        elif is_there(source, token, size):
            bring(source, target, token)
            new += 1
        elif is_named:
            missing.append(token)
        progress(done, len(photos))
    return Copied(new, known, missing)


def is_there(folder, token, size):
    """Return whether a folder has both files of a photo."""
    whole, thumb = (files.place(folder, token, kind) for kind in files.KINDS)
    return whole.is_file() and whole.stat().st_size == size and thumb.is_file() and thumb.stat().st_size > 0


def bring(source, target, token):
    """Copy both files of a photo."""
    for kind in files.KINDS:
        files.write(files.place(target, token, kind), files.place(source, token, kind).read_bytes())
