"""Where the folders that are not Python lie: in the checkout, else in the installed package."""

import pathlib

PACKAGE = pathlib.Path(__file__).parent


def directory(name):
    """Return the folder ``layers``, ``static`` or ``migrations``."""
    for root in (PACKAGE.parent, PACKAGE / "_resources"):
        if (root / name).is_dir() and (root is not PACKAGE.parent or (root / "pyproject.toml").exists()):
            return root / name
    raise FileNotFoundError(f"the folder {name!r} is neither in the checkout nor in the package")
