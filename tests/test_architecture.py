"""The arrows of the house: each room imports only rooms below it."""

import ast
import pathlib

import pytest

PACKAGE = pathlib.Path(__file__).parents[1] / "gridmgr"
BELOW = {
    "geometry": set(),
    "domain": {"geometry"},
    "store": {"domain", "geometry"},
    "services": {"store", "domain", "geometry"},
    "web": {"services", "domain", "geometry"},
    "cli": {"web", "services", "domain", "geometry"},
}
ONLY_IN = {"sqlalchemy": "store", "geoalchemy2": "store", "alembic": "store", "flask": "web", "folium": "web"}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(file):
    """Return the dotted names that ``file`` imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(file):
    """Return the room of ``file``, or None for the files on the landing."""
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 and parts[0] in BELOW else None


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_below_it(file):
    here = room(file)
    others = {name.split(".")[1] for name in imports(file) if name.startswith("gridmgr.")} & set(BELOW)

    allowed = BELOW[here] | {here} if here else set()

    assert others <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_databases_stay_in_the_store_and_http_in_the_web(file):
    homes = {ONLY_IN[top] for top in (name.split(".")[0] for name in imports(file)) if top in ONLY_IN}

    assert homes <= {room(file)}
