"""What ``gridmgr demo`` says: its table, its last lines, and one clear sentence for each thing that stands in its way."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest

from gridmgr.domain.access import words

PROGRAM = pathlib.Path(sys.executable).with_name("gridmgr")
SMALL = ("--grids", "60", "--unit-grids", "200", "--now", "2026-05-04T12:00")
LIKE_A_VISITOR = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--") if os.geteuid() == 0 else ()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder in which a small demo city was made, and what was printed meanwhile."""
    folder = tmp_path_factory.mktemp("visitor")
    return folder, demo(folder, "--no-serve", *SMALL)


def demo(folder, *arguments, before=()):
    """Run ``gridmgr demo`` in ``folder`` in plain English."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GRIDMGR_")}
    command = [*before, PROGRAM, "demo", *arguments]
    environment = outside | {"LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_it_says_what_it_is_doing_and_prints_counts_and_seconds(made):
    _, done = made

    assert done.returncode == 0, done.stderr
    assert "Drawing three versions of the grids" in done.stdout
    assert "600 / 600" in done.stdout
    for line in ("Grids audited", "findings: Land", "Bundled reports routed", "near a border", "outside the city"):
        assert line in done.stdout


def test_its_last_lines_name_file_address_and_sign_ins_and_stand_in_demo_txt(made):
    folder, done = made

    lines = (folder / "demo" / "demo.txt").read_text(encoding="utf-8").splitlines()

    assert done.stdout.splitlines()[-len(lines) :] == lines
    assert lines[0] == f"City file: {folder}/demo/city.gpkg"
    assert lines[1] == "Map: not served; gridmgr demo serves it."
    roles = [line.split(":")[0].removeprefix("Sign in as ") for line in lines[2:]]
    assert roles[:3] == ["Supervisor", "Dispatcher", "Planner"]
    assert sorted(roles) == sorted(words.ROLES.values())


def test_the_second_time_the_city_stands_already(made):
    folder, _ = made
    before = (folder / "demo" / "city.gpkg").stat().st_mtime_ns

    again = demo(folder, "--no-serve", *SMALL)

    assert again.returncode == 0, again.stderr
    assert "The demo city stands in" in again.stdout
    assert "Drawing" not in again.stdout
    assert (folder / "demo" / "city.gpkg").stat().st_mtime_ns == before


def test_it_serves_and_writes_the_address_down(made):
    folder, _ = made
    command = [PROGRAM, "demo", *SMALL]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        address = next(line.split()[-1] for line in server.stdout if line.startswith("Serving on "))
        with urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:
            status = answer.status
    finally:
        server.terminate()
        server.communicate(timeout=30)

    assert status == 200
    assert f"Map: {address}\n" in (folder / "demo" / "demo.txt").read_text(encoding="utf-8")


def test_a_taken_port_is_told_before_any_work(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = demo(tmp_path, "--port", str(port), *SMALL)

    assert done.returncode == 2
    assert done.stderr == (
        f"Port {port} is taken by another program: choose another with --port, or --port 0 for a free one.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    tmp_path.chmod(0o555)

    done = demo(tmp_path, "--no-serve", *SMALL, before=LIKE_A_VISITOR)

    tmp_path.chmod(0o755)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/demo cannot be written: choose a folder that is yours.\n"


def test_a_city_file_that_cannot_be_written_is_told_in_one_sentence(made, tmp_path):
    file = tmp_path / "city.gpkg"
    shutil.copy(made[0] / "demo" / "city.gpkg", file)
    file.chmod(0o444)

    done = demo(tmp_path, "--no-serve", "--file", str(file), *SMALL, before=LIKE_A_VISITOR)

    assert done.returncode == 2
    assert done.stderr == f"{file} cannot be written: choose a folder that is yours.\n"


def test_a_real_city_is_refused_and_stays_as_it_is(tmp_path):
    founding = [PROGRAM, "init", "--city", "Elsewhere", "--bbox", "119.5,39.8,119.7,40.0"]
    subprocess.run(founding, cwd=tmp_path, capture_output=True, check=True)
    before = (tmp_path / "city.gpkg").read_bytes()

    done = demo(tmp_path, "--no-serve", "--file", "city.gpkg")

    assert done.returncode == 2
    assert "city.gpkg holds a city that is not a demo: choose another --file. Nothing was changed." in done.stderr
    assert (tmp_path / "city.gpkg").read_bytes() == before


def test_a_file_that_is_no_city_is_told_in_one_sentence(tmp_path):
    (tmp_path / "notes.gpkg").write_text("no city", encoding="utf-8")

    done = demo(tmp_path, "--no-serve", "--file", "notes.gpkg")

    assert done.returncode == 2
    assert "notes.gpkg does not answer: file is not a database" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_demo_city_of_other_numbers_is_not_taken_for_the_one_asked_for(made):
    folder, _ = made

    done = demo(folder, "--no-serve", "--seed", "2")

    assert done.returncode == 2
    assert "holds a demo city of other numbers (seed 1, grids 60, unit_grids 200)" in done.stderr
