"""Indexes in files: drawn once for a published version, then mapped by every process that asks about it.

They lie beside the database: of a city file in ``FILE.indexes``, of a server's
database in the data folder of this machine. They hold nothing that could not
be drawn anew, so whoever may not write there goes on without.
"""

import contextlib
import hashlib
import logging
import pathlib
import weakref

import numpy as np
import shapely

from gridmgr.geometry.locator import Locator, saved
from gridmgr.store import database

MOST_KEPT = 12
"""Files in a folder: those of six versions; older ones are drawn anew where somebody asks."""
ABANDONED_S = 3600
"""A part of an index that nobody has written to for so long is left behind."""
log = logging.getLogger(__name__)
_folders: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_written: "weakref.WeakSet" = weakref.WeakSet()


def keep_in(engine, folder):
    """Keep the indexes of a server's database in ``folder``; those of a city file lie beside it anyway."""
    _folders[engine.pool] = pathlib.Path(folder) / str(engine.url.database)


def folder_of(engine):
    """Return the folder of a database's indexes, None where they are not kept."""
    file = database.file_of(engine.url)
    return _folders.get(engine.pool) if file is None else file.with_name(f"{file.name}.indexes")


def locator_of(engine, name, shapes):
    """Return the locator of code → shape, with its index from a file where there is one of just these shapes."""
    folder = folder_of(engine)
    if folder is None or not folder.is_dir():
        return Locator(shapes)
    content = content_of(shapes)
    return Locator.load(path_of(folder, name, content), content, shapes) or Locator(shapes)


def keep(engine, names):
    """Write indexes into files, drawn where they are not yet: name → locator. Asked again it costs nothing."""
    folder = folder_of(engine)
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, locator in names.items():
            write(folder, name, locator)
    except OSError as error:
        log.warning("The indexes cannot be kept in %s (%s): each process draws its own.", folder, error)


def write(folder, name, locator):
    """Write one index, where no file holds it yet; this process tries each once."""
    if locator in _written:
        return
    content = content_of(locator.polygons())
    path = path_of(folder, name, content)
    if not path.exists():
        locator.save(path, content)
        forget_old(folder)
    _written.add(locator)


def path_of(folder, name, content):
    """Return the file of an index, which is called by what it is of, so that no other city's is taken for it."""
    return folder / f"{name}-{content[:12]}.index"


def forget_old(folder):
    """Delete all but the newest files of a folder, and what processes that were killed had begun to write."""
    with contextlib.suppress(FileNotFoundError):  # Another process deletes them just now.
        newest_first = sorted(folder.glob("*.index"), key=written_at, reverse=True)
        for path in [*newest_first[MOST_KEPT:], *left_behind(folder, newest_first)]:
            path.unlink(missing_ok=True)


def left_behind(folder, newest_first):
    """Return the parts of indexes in a folder that were last written to long before the newest whole one."""
    parts = folder.glob(saved.part_of("*.index") + "*") if newest_first else []
    return [path for path in parts if written_at(path) < written_at(newest_first[0]) - ABANDONED_S]


def written_at(path):
    """Return when a file was last written to; seconds by the clock of its disk."""
    return path.stat().st_mtime


def content_of(shapes):
    """Return a text that only these shapes under these codes have."""
    codes = sorted(shapes, key=str.encode)
    polygons = np.array([shapes[code] for code in codes], dtype=object)
    digest = hashlib.sha256("\n".join(codes).encode())
    for numbers in (shapely.get_num_coordinates(polygons), shapely.get_num_geometries(polygons)):
        digest.update(np.ascontiguousarray(numbers))
    digest.update(np.ascontiguousarray(shapely.get_coordinates(polygons)))
    return digest.hexdigest()
