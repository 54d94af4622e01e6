"""The wheel carries everything: installed by pip alone, without Node, it builds and serves the demo city."""

import ast
import contextlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tomllib
import urllib.request
import zipfile

import pytest

ROOT = pathlib.Path(__file__).parents[1]
WHEELS = pathlib.Path(os.environ.get("GRIDMGR_CACHE") or ROOT / ".cache") / "wheels"
SPOT = ("119.444", "39.979")
PIP_OPTIONS = ("--quiet", "--no-compile", "--disable-pip-version-check")
SMALL = {"grids": 60, "unit_grids": 400}
"""The size of the demo cities that are compared here: what the program brings along is read for any size."""
ADDRESS = re.compile(
    r"(?:https?|ftp)://\S+\.(?:whl|tgz|tar\.gz|deb)\b|\"resolved\":\s*\"\w+:|^--(?:extra-)?index", re.M
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def build(project, folder):
    """Build the wheel of ``project`` into ``folder``."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, project]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A function that runs the installed program on a machine that has no Node, in a folder of its own."""
    home = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    subprocess.run([home / "venv/bin/python", "-m", "pip", "install", *PIP_OPTIONS, *sources(), wheel], check=True)
    environment = {"PATH": str(home / "venv" / "bin"), "HOME": str(home), "LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}

    def start(*arguments, run=subprocess.run, **options):
        return run([home / "venv/bin/gridmgr", *arguments], cwd=home, env=environment, text=True, **options)

    return start


def sources():
    """Return the options that let pip install offline, where a set-up has left the packages."""
    return ["--no-index", "--find-links", WHEELS] if (WHEELS / "complete.json").exists() else []


@pytest.fixture(scope="module")
def built(installed, demo_now):
    """What the installed program prints while it builds the demo city."""
    size = (word for name, count in SMALL.items() for word in (f"--{name.replace('_', '-')}", str(count)))
    command = ("demo", "--no-serve", "--now", demo_now.isoformat(), *size)
    return installed(*command, capture_output=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def of_checkout(demo_now, tmp_path_factory):
    """The file of the same demo city as this checkout builds it."""
    from gridmgr.services.demo import tour

    path = tmp_path_factory.mktemp("checkout") / "city.gpkg"
    tour.build(f"gpkg:///{path}", at=demo_now, step=lambda *_, **__: None, seed=1, **SMALL)
    return path


def test_the_wheel_holds_layers_migrations_and_what_the_browser_gets(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    for folder in ("layers/", "migrations/versions/", "static/css/", "static/js/", "static/img/", "static/vendor/"):
        assert any(name.startswith(f"gridmgr/_resources/{folder}") for name in names), folder
    assert "gridmgr/locale/zh.po" in names
    assert not [name for name in names if "node_modules" in name or name.startswith(("tests/", "setup/", "docs/"))]


def test_the_wheel_names_its_licence_and_carries_its_text(wheel):
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))

    assert "License-Expression: Apache-2.0" in archive.read(metadata).decode()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in archive.namelist())


def test_without_the_scripts_of_the_pages_no_wheel_is_built(tmp_path):
    project = tmp_path / "project"
    for name in ("pyproject.toml", "README.md", "LICENSE", "gridmgr", "layers", "migrations", "setup"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).symlink_to(ROOT / name)
    (project / "static" / "vendor").mkdir(parents=True)
    for name in ("css", "js", "img"):
        (project / "static" / name).symlink_to(ROOT / "static" / name)

    done = build(project, tmp_path / "dist")

    assert done.returncode != 0
    assert "static/vendor holds no scripts: run 'make assets' first" in done.stdout + done.stderr


def test_the_installed_program_builds_the_demo_city(built):
    assert built.returncode == 0, built.stdout + built.stderr
    assert "City file: " in built.stdout


@pytest.mark.parametrize("table", ["version", "grid_state", "person", "post", "report", "cases", "nobodys_land"])
def test_it_is_the_same_demo_city_as_that_of_a_checkout(built, of_checkout, table):
    place = next(line.removeprefix("City file: ") for line in built.stdout.splitlines() if "City file: " in line)

    assert rows(place, table) == rows(of_checkout, table) != []


def rows(file, table):
    """Return the rows of a table as an outsider reads them; photos have other names in each city."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "photos"]
        return connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1").fetchall()


def test_the_installed_program_tells_who_answers_for_a_spot(installed, built):
    asked = ("--database", "demo/city.gpkg", "where", *SPOT, "--category", "06012", "--json")

    answer = json.loads(installed(*asked, capture_output=True, check=True).stdout)

    assert answer["grid"]["code"]
    assert answer["person"]["name"]
    assert answer["department"]["name"]


@pytest.fixture(scope="module")
def address(installed, built):
    """The address at which the installed program serves that demo city."""
    command = ("--database", "demo/city.gpkg", "serve", "--port", "0")
    server = installed(*command, run=subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield next(line.split()[-1] for line in server.stdout if line.startswith("Serving on "))
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_the_installed_program_answers_over_http(address):
    answer = json.loads(fetch(f"{address}/api/v1/where?lon={SPOT[0]}&lat={SPOT[1]}"))

    assert answer["grid"]["code"]
    assert "Leaflet" in fetch(f"{address}/static/vendor/leaflet/leaflet.js")


@pytest.mark.parametrize("page", ["/", "/map", "/signin"])
def test_the_installed_program_serves_its_pages_with_all_that_they_name(address, page):
    text = fetch(f"{address}{page}")

    named = set(re.findall(r"""(?:src|href)="(/static/[^"#]+)""", text))
    assert named
    for path in named:
        assert fetch(f"{address}{path}")


def fetch(address):
    """Return the text at ``address``."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def test_every_package_that_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for group in project["optional-dependencies"].values() for each in group]
    named = [*project["dependencies"], *extras]
    declared = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("-", "_") for each in named}
    brought_along = {
        "branca": "folium",
        "jinja2": "flask",
        "pandas": "geopandas",
        "pydantic": "flask_openapi",
        "itsdangerous": "flask",
        "joserfc": "authlib",
        "werkzeug": "flask",
        "wtforms": "flask_wtf",
    }
    names = {"argon2": "argon2_cffi", "PIL": "pillow"}

    used = {names.get(top, top) for top in imported() if top not in sys.stdlib_module_names} - {"gridmgr"}

    assert {brought_along.get(name, name) for name in used} <= declared


def imported():
    """Return the top-level names that the program imports."""
    for file in (ROOT / "gridmgr").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_every_locked_package_has_a_hash_and_no_address():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        packages = re.findall(r"^[a-z0-9][^\n]*==.*?(?=^[a-z0-9]|\Z)", text, re.M | re.S)
        assert packages
        assert all("--hash=sha256:" in each for each in packages)
        assert "://" not in text


def test_no_committed_file_says_where_a_package_is_downloaded_from():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name]

    named = [
        file.name for file in files if file.is_file() and ADDRESS.search(file.read_bytes().decode("utf-8", "ignore"))
    ]

    assert named == []
