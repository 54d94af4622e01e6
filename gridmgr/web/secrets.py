"""The key that signs session cookies: from the environment, else kept in the data folder."""

import os
import secrets

from gridmgr.errors import Unavailable

VARIABLE = "GRIDMGR_SECRET_KEY"
FILE_NAME = "secret.key"
SHORTEST = 16


class NoSecretKey(Unavailable):
    """The key that signs sessions can be neither read nor made."""

    slug = "no-secret-key"


def secret_key(data, environ=os.environ):
    """Return the key of this installation, making ``data/secret.key`` (mode 0600) the first time.

    Raises
    ------
    NoSecretKey
        The variable is too short, or the folder cannot be written.
    """
    given = environ.get(VARIABLE)
    if given is not None:
        return long_enough(given, VARIABLE)
    path = data / FILE_NAME
    try:
        return long_enough(read_or_make(path), path)
    except OSError as error:
        raise NoSecretKey(
            "{file} cannot be written ({reason}): choose another data folder with GRIDMGR_DATA.",
            file=path,
            reason=error.strerror,
        ) from error


def read_or_make(path):
    """Return what is in ``path``; whoever comes first fills it, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first; its key counts.
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def long_enough(key, place):
    """Return ``key``, refusing one that could be guessed."""
    if len(key) < SHORTEST:
        raise NoSecretKey(
            "The secret key in {place} is shorter than {count} characters: put a longer one there.",
            place=place,
            count=SHORTEST,
        )
    return key
