"""Copies of a whole city, its file and its photos, taken and put back while it is in use.

The file is copied first and says which photos it names; those that a report or a step
named are never removed, so they are still there. Putting back goes the other way round:
first the photos, which nobody sees yet, then the file, all at once.
"""

import pathlib

from gridmgr.services.cities import CityExists, shown
from gridmgr.services.photos import copying, files
from gridmgr.store import backups, database


def beside(file):
    """Return the folder in which the photos of a copy lie where no other is named."""
    return pathlib.Path(f"{file}.photos")


def backup(url, data, file, *, photos=None, progress=lambda done, total: None):
    """Write a whole copy of a city and return (its size in bytes, what was Copied of its photos).

    Parameters
    ----------
    url : str
        Address of a city file.
    data : pathlib.Path
        The data folder; its photos go with the copy.
    file : path
        Replaced when all is copied, not before.
    photos : path, optional
        The folder for photos; several copies may share one, which then has what any of them names.

    Raises
    ------
    NotAFile, NoDatabase, Invalid, Unavailable
    """
    file = pathlib.Path(file)
    folder = pathlib.Path(photos) if photos else beside(file)
    with backups.copied(url, file) as unfinished:
        done = copying.copy(backups.photos(unfinished), data / files.FOLDER, folder, progress)
    return file.stat().st_size, done


def restore(url, data, file, *, photos=None, replace, progress=lambda done, total: None):
    """Put a copy back in the place of the city file, and its photos into the data folder; return what was Copied of them.

    Raises
    ------
    CityExists
        There is a city there and ``replace`` was not said.
    NotAFile, Invalid, DatabaseNewer, Unavailable
    """
    file = pathlib.Path(file)
    folder = pathlib.Path(photos) if photos else beside(file)
    backups.path_of(url)
    if not replace and not database.is_missing(url):
        raise CityExists("There is a city at {place}: --yes replaces it by the copy.", place=shown(url))
    backups.require_copy(file)
    with backups.reporting_trouble(None):
        done = copying.copy(backups.photos(file), folder, data / files.FOLDER, progress)
    backups.restore(url, file)
    return done
