"""A PostgreSQL server with PostGIS of the tests' own: on a socket in a temporary folder, stopped at the end."""

import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c autovacuum=off -c jit=off -c shared_preload_libraries=postgis-3"
)
DURABLE = "-c listen_addresses='' -c jit=off -c shared_preload_libraries=postgis-3"
"""As a city has it: what was committed is on the disk."""
INSIDE = (("extension",), ("postgresql", "extension"))


def execute(server, statement):
    """Run one statement on the server, outside a transaction."""
    import psycopg

    with psycopg.connect(place(server, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def place(server, name):
    """Return where psycopg finds a database on the server."""
    return f"host={server} user=gridmgr dbname={name}"


def server_url(server, name):
    """Return the address of a database on the server."""
    return f"postgresql+psycopg://gridmgr@/{name}?host={server}"


def postgresql_programs():
    """Return the folder of initdb and pg_ctl where PostGIS is installed too, or None."""
    on_path = shutil.which("initdb")
    folders = [pathlib.Path(on_path).resolve().parent] if on_path else []
    folders += sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name, reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and has_postgis(folder)), None)


def has_postgis(programs):
    """Return whether PostGIS belongs to the PostgreSQL of that folder."""
    shared = [programs.parent / "share", pathlib.Path("/usr/share/postgresql") / programs.parent.name]
    return any(folder.joinpath(*inside, "postgis.control").exists() for folder in shared for inside in INSIDE)


def start_server(programs, settings=SETTINGS, *more):
    """Start a new PostgreSQL cluster on a socket in a temporary folder; ``more`` goes to initdb. Return the folder."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gridmgr-pg-"))
    run = as_its_user(folder)
    new = ("-U", "gridmgr", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run(programs / "initdb", "-D", folder / "data", *new, *more)
    switch_on(programs, folder, settings)
    return folder


def switch_on(programs, folder, settings=SETTINGS):
    """Start the cluster in ``folder``, also one that was stopped, and wait until it answers."""
    options = ("-l", folder / "log", "-o", f"-k {folder} {settings}")
    as_its_user(folder)(programs / "pg_ctl", "-D", folder / "data", "-w", *options, "start")


def switch_off(programs, folder):
    """Kill the cluster in ``folder``; it stays, to be started again."""
    as_its_user(folder)(programs / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop")


def stop_server(programs, folder):
    """Stop the cluster in ``folder`` and remove it."""
    as_its_user(folder)(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@contextlib.contextmanager
def short_of_disk(folder, size, *, for_good=True):
    """Let the cluster in ``folder`` write no file beyond ``size`` bytes, as on a full disk; no right of root is needed.

    ``for_good`` bounds the server itself; without it only the processes that run now, not those that take their place.
    """
    main = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    bounded = children(main) + ([main] if for_good else [])
    bound(folder, bounded, size)
    try:
        yield
    finally:
        bound(folder, [*bounded, *children(main)], "unlimited")


def children(main):
    """Return the process ids of what a process started."""
    found = [path.parent for path in pathlib.Path("/proc").glob("[0-9]*/stat")]
    return [int(one.name) for one in found if parent_of(one) == main]


def parent_of(process):
    """Return the id of the parent of a process by its folder in /proc; None where it has ended meanwhile."""
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def bound(folder, processes, size):
    """Set how long a file these processes may write; those that have ended are left out."""
    run = as_its_user(folder)
    for one in processes:
        if pathlib.Path(f"/proc/{one}").exists():
            with contextlib.suppress(subprocess.CalledProcessError):
                run("prlimit", f"--pid={one}", f"--fsize={size}:unlimited")


def as_its_user(folder):
    """Return the function that runs a server program in ``folder``; not as root, which PostgreSQL refuses."""
    options = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(next(u for u in ("postgres", "nobody") if u in {entry.pw_name for entry in pwd.getpwall()}))
        os.chown(folder, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return lambda *command: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **options)
