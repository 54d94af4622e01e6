"""Databases for tests: an empty city in a file and on a PostGIS server of the run's own, and the demo city.

A run may be several processes (``pytest -n 2``). What is dear is made once a run, by the first
process that needs it, and lies in a folder that all of them know from the environment; the
process that began the run clears it away at the end.
"""

import contextlib
import datetime as dt
import fcntl
import os
import pathlib
import shutil
import sys
import tempfile

import lending
import postgresql
import pytest

SRID = 4490
DEMO_NOW = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
RUN = "GRIDMGR_TEST_RUN"
LONGEST = (
    "browser/test_map.py",
    "web/test_rights.py",
    "browser/test_dispatch.py",
    "test_packaging.py",
    "browser/test_plan.py",
    "browser/test_loop.py",
    "services/test_demo.py",
    "browser/test_field.py",
    "test_setup_offline.py",
    "services/bulk/test_files.py",
    "browser/test_doors.py",
    "web/test_publishing_live.py",
    "browser/test_plan_compare.py",
    "browser/test_accounts.py",
    "browser/test_plan_publishing.py",
    "browser/test_public.py",
    "browser/test_admin.py",
    "browser/test_plan_looks.py",
    "web/test_drafting_live.py",
    "test_documents.py",
)
"""Files that take long; a run begins with them, so that no process ends long after the others.

The first builds the demo city; the next two do without it, so that not all wait for it.
"""


def pytest_configure(config):
    config.addinivalue_line("markers", "postgis: needs a PostGIS server's programs on this machine")
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="gridmgr-tests-")
        config.add_cleanup(end_of_run)
        keep_bytecode(pathlib.Path(os.environ[RUN]) / "bytecode")


def keep_bytecode(folder):
    """Where Python is told to write no bytecode, keep it in the run's folder: else each program it starts compiles all anew."""
    if sys.dont_write_bytecode:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(folder)
        sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Let one process more run than there are cores: in many tests a browser, a server or a disk is waited for."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest."""
    places = {pathlib.Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def end_of_run():
    """Stop the run's server and remove its folder."""
    folder = pathlib.Path(os.environ.pop(RUN))
    if (folder / "server").exists():
        postgresql.stop_server(
            postgresql.postgresql_programs(), pathlib.Path((folder / "server").read_text(encoding="utf-8"))
        )
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def city_file(tmp_path_factory):
    """The file of an empty city, to be copied."""
    from gridmgr.store import database

    path = tmp_path_factory.mktemp("template") / "city.gpkg"
    database.create(f"gpkg:///{path}", srid=SRID).dispose()
    return path


@pytest.fixture(scope="session")
def demo_now():
    """The instant the demo city of the tests is anchored to: a Monday's noon in the city."""
    return DEMO_NOW


@pytest.fixture(scope="session")
def demo_city():
    """The file of the whole demo city at ``demo_now``, built once a run: to be read; copy it to write."""
    from gridmgr.services.demo import tour

    with once_a_run("demo") as folder:
        path = folder / "demo" / "city.gpkg"
        if not path.exists():
            tour.build(f"gpkg:///{path}", at=DEMO_NOW, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
    return path


@pytest.fixture(scope="session")
def demo_engine(demo_city):
    """The engine of the whole demo city, shared by all that only read."""
    from gridmgr.store import database

    engine = database.connect(f"gpkg:///{demo_city}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def server():
    """The folder of the socket of a running PostgreSQL that only this run uses."""
    programs = postgresql.postgresql_programs()
    if programs is None:
        absent = "no PostgreSQL 15+ with PostGIS on this machine (initdb, pg_ctl and postgis.control)"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    with once_a_run("server") as folder:
        known = folder / "server"
        if not known.exists():
            known.write_text(str(postgresql.start_server(programs)), encoding="utf-8")
        return pathlib.Path(known.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def template_database(server):
    """The name of a database with an empty city on the server, to be copied."""
    from gridmgr.store import database

    with once_a_run("template") as folder:
        if not (folder / "template").exists():
            postgresql.execute(server, "CREATE DATABASE empty_city")
            database.create(postgresql.server_url(server, "empty_city"), srid=SRID).dispose()
            (folder / "template").touch()
    return "empty_city"


@pytest.fixture(scope="session")
def lender(server, template_database):
    """Who lends empty databases on the server to the tests of this process."""
    with lending.lender(server, template_database) as lender:
        yield lender


@pytest.fixture(params=["gpkg", pytest.param("postgis", marks=pytest.mark.postgis)])
def database_url(request, tmp_path):
    """The address of an empty city of this test's own, once in a file and once on PostGIS."""
    if request.param == "gpkg":
        path = tmp_path / "city.gpkg"
        shutil.copyfile(request.getfixturevalue("city_file"), path)
        yield f"gpkg:///{path}"
        return
    server, lender = request.getfixturevalue("server"), request.getfixturevalue("lender")
    with lender.lend() as name:
        yield postgresql.server_url(server, name)


@pytest.fixture
def quick_hashes(monkeypatch):
    """Let hashes of passwords be made with so little work that a test need not wait for them."""
    from gridmgr.services import accounts

    monkeypatch.setattr(accounts, "hasher", accounts.argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.nobodys_hash.cache_clear()


@pytest.fixture
def engine(database_url):
    """The engine of an empty city of this test's own."""
    from gridmgr.store import database

    engine = database.connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    """A writing session in the one transaction of this test."""
    from gridmgr.store import database

    with database.session(engine, write=True) as open_session:
        yield open_session


@pytest.fixture
def chinese_database_url(server):
    """The address of an empty city on a server whose own order of words is Chinese, not that of bytes."""
    from gridmgr.store import database

    with lending.new_database(
        server, "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' ENCODING 'UTF8'"
    ) as name:
        url = postgresql.server_url(server, name)
        database.create(url, srid=SRID).dispose()
        yield url


@contextlib.contextmanager
def once_a_run(name):
    """Let one process of the run at a time make what is called ``name``; give the run's folder."""
    folder = pathlib.Path(os.environ[RUN])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
