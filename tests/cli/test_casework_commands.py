"""Cases of another system on the command line."""

import pytest
from click.testing import CliRunner
from services import handled
from small_cities import NOON

from gridmgr.cli import main, printing
from gridmgr.store import database

TITLES = "nr,reported_at,due,kind,lon,lat"
LINES = (
    "7,2026-04-20 09:00,2026-04-21 12:00,06012,119.605,39.935",
    "8,2026-04-20 09:00,2026-06-01 12:00,06012,119.605,39.935",
    "9,2026-04-20 09:00,,06012,,",
)
SAID = ("--column", "number=nr", "--column", "category=kind")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that imports what is in a file into the city of four squares, and returns what it printed."""
    monkeypatch.setattr(printing, "now", lambda: NOON)
    monkeypatch.chdir(tmp_path)
    url = f"gpkg:///{tmp_path / 'city.gpkg'}"
    engine = database.create(url, srid=4490)
    handled.city(engine)
    engine.dispose()
    (tmp_path / "open.csv").write_text("\n".join((TITLES, *LINES)), encoding="utf-8")

    def run(*words, code=0, language="en", file="open.csv"):
        command = ["--database", url, "case", "import", file, *words]
        result = CliRunner(env={"GRIDMGR_LANG": language}).invoke(main, command)
        assert result.exit_code == code, result.output
        return result.output

    return run


LIMITED = '[category]\n"06012" = { code = "06012", condition = "dirty" }\n'


@pytest.fixture
def mapped(tmp_path):
    """Words that name a mapping with a filing condition, which gives the limit."""
    (tmp_path / "mine.toml").write_text(LIMITED, encoding="utf-8")
    return (*SAID, "--mapping", "mine.toml")


def test_what_came_in_and_how_overdue_it_is_by_each_clock_is_said(run, mapped):
    said = run(*mapped, "--as-of", "2026-05-01 12:00")

    assert "3 rows of open.csv: 2 cases, 0 reports, 0 known before, 1 refused." in said
    assert "open.csv: row 4, lon: is empty; fill it in." in said
    assert "Open cases at 2026-05-01T12:00:00+08:00:" in said
    assert [line.split()[-3:] for line in said.splitlines() if "by the deadline" in line] == [
        ["1", "1", "0"],
        ["2", "0", "0"],
    ]
    assert "2 deadlines: counted here: earlier." in said
    assert "2 known before" in run(*mapped)


def test_refused_rows_are_mended_and_given_again(run, mapped, tmp_path):
    run(*mapped, "--refused", "rest.csv")
    rest = tmp_path / "rest.csv"
    text = rest.read_text(encoding="utf-8-sig")
    assert text.startswith("row,reason,nr,")

    rest.write_text(text.replace(",06012,,,", ",06012,119.605,39.935,"), encoding="utf-8")

    assert "1 rows of rest.csv: 1 cases, 0 reports, 0 known before, 0 refused." in run(*mapped, file="rest.csv")


def test_a_dry_run_says_so_and_words_are_chinese_for_who_reads_chinese(run, mapped):
    said = run(*mapped, "--dry-run", language="zh")

    assert "案件 2 件" in said and "未写入任何内容" in said and "按本系统计算的期限" in said
    assert "0 known before" in run(*mapped)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say with --column number=… which column holds the number"),
        (("--column", "number"), "Say FIELD=COLUMN"),
        (("--column", "moon=nr"), "moon is not known here"),
        ((*SAID, "--state", "suspended"), "suspended is not known here"),
        ((*SAID, "--source", "s" * 33), "1 to 32 characters"),
        ((*SAID, "--mapping", "atlantis"), "There is no mapping atlantis"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(run, words, said):
    assert said in run(*words, code=2)
