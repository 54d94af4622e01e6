"""Hostile and broken files: a clear sentence or a right import, and the city as it was, on both databases."""

import csv
import json
import re
import zipfile

import geopandas
import pytest
import shapely
import small_cities
from click.testing import CliRunner
from services import nasty
from services.nasty import dump
from small_cities import FOUR, NOON

from gridmgr.cli import main
from gridmgr.errors import GridmgrError
from gridmgr.services import layers
from gridmgr.services.transactions import reading
from gridmgr.store import drafts

WORLD = shapely.box(-180, -90, 180, 90)
REFUSED = {
    "antimeridian.geojson": "cross the antimeridian (180°): 1",
    "bomb_100mb.zip": "would swell to 1027 times its size",
    "deep_nesting.geojson": "is nested too deeply",
    "duplicate_codes.geojson": "features 1 and 2 both have the code 130302001001 in column code",
    "infinity.geojson": "feature 1 (1): coordinates[0][1] is no finite number",
    "latlon_out_of_range_projected.geojson": "--crs EPSG:4549",
    "many_files.zip": "holds more than 1000 files",
    "mixed_types.geojson": "takes polygons, but these features are LineString, Point: 2 (2), 3 (3)",
    "nan.geojson": "feature 1 (1): coordinates[0][1] is no finite number",
    "nested_bomb.zip": "holds another archive: bomb_100mb.zip",
    "null_and_empty.geojson": "these features have no geometry: 1 (1), 2 (2), 4 (4)",
    "path_traversal.zip": "a path that leads outside the archive",
    "shp_without_shx_dbf.zip": "comes without its .shx, .dbf",
    "swapped_lat_lon.geojson": "with swapped axes",
    "zero_area.geojson": "these polygons have no area: 1",
}
TAKEN = {
    "bom_gbk.geojson": {"1": "秦皇岛市海港区"},
    "codes_as_numbers.geojson": {"130302001001": "a", "0130302": "leading zero"},
    "gbk_cgcs2000.shp": {"130302001": "文化路街道", "130302002": "海滨路街道"},
    "hole_touching_and_spike.geojson": None,
    "html_in_name.geojson": {"1": "<img src=x onerror=alert(1)>"},
    "sliver_pair.geojson": None,
    "three_d.geojson": {"1": "1"},
    "utf8_bom.geojson": {"1": "海港区"},
}
FAR = {"antimeridian.geojson", "hole_touching_and_spike.geojson", "sliver_pair.geojson", "zero_area.geojson"}


@pytest.fixture
def private(tmp_path, monkeypatch):
    """The folder in which copies of uploads lie while they are read."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def load(engine, path, layer="responsibility_grid", **options):
    return layers.import_file(engine, path, layer, at=NOON, by="planner", **options)


def names_of(engine):
    """Return code → name of the grids in the draft."""
    with reading(engine) as session:
        grids = drafts.boundaries(session, 1).grids
    return {code: grid.name for code, grid in grids.items() if grid.level == "responsibility_grid"}


def check_sentence(said, name, language):
    """Check that a message is whole, in its language, names the file and shows no path of this machine."""
    assert said.startswith(name) and said.endswith("." if language == "en" else "。"), said
    assert not re.search(r"[{}]|/tmp|/vsi|gridmgr-|Traceback", said), said
    assert (language == "zh") == bool(re.search("[一-鿿]", said)), said
    assert len(said) < 420


def check_refusal(engine, private, path, fragment, **options):
    """Check that a file is refused in both languages, and that nothing is left of it."""
    before = dump(engine)
    with pytest.raises(GridmgrError) as caught:
        load(engine, path, **options)
    assert fragment in caught.value.say("en")
    for language in ("en", "zh"):
        check_sentence(caught.value.say(language), path.name, language)
    assert dump(engine) == before
    assert list(private.iterdir()) == []


def test_each_nasty_file_is_expected(tmp_path):
    nasty.path_of("")

    assert set(nasty.names()) == REFUSED.keys() | TAKEN.keys()


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_nasty_file_is_refused_and_the_city_is_as_it_was(engine, private, name):
    path = nasty.path_of(name)
    small_cities.found(engine, {"A": FOUR["A"]}, frame=WORLD)

    check_refusal(engine, private, path, REFUSED[name])


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_nasty_file_that_can_be_read_is_imported_right(engine, private, name):
    path = nasty.path_of(name)
    small_cities.found(engine, {"A": FOUR["A"]}, frame=WORLD)
    schema = dump(engine)["schema"]

    report = load(engine, path)

    expected = TAKEN[name]
    assert report.written and (expected is None or names_of(engine) == expected)
    assert {f.kind for f in report.findings} <= {"invalid", "overlap", "gap", "near_miss", "outside_parent", "sliver"}
    assert dump(engine)["schema"] == schema
    assert list(private.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_says_of_each_nasty_file_one_sentence_or_takes_it(engine, database_url, private, language):
    nasty.path_of("")
    small_cities.found(engine, {"A": FOUR["A"]})
    before = dump(engine)

    for name in [*REFUSED, *sorted(FAR - REFUSED.keys())]:
        words = [
            "--database",
            database_url,
            "layer",
            "import",
            str(nasty.path_of(name)),
            "--layer",
            "responsibility_grid",
        ]
        result = CliRunner().invoke(main, words, env={"GRIDMGR_LANG": language})

        assert result.exit_code == 2, (name, result.output)
        check_sentence(result.stderr.strip().splitlines()[-1], name, language)
        assert result.stdout == ""
        if name in FAR:
            assert "EPSG" not in result.stderr, "lon/lat is what the file was read as"
    assert dump(engine) == before
    assert list(private.iterdir()) == []


# --- cases of our own ----------------------------------------------------------------


def geojson(path, *features):
    """Write (properties, geometry) as GeoJSON; the geometry is a shape or the text itself."""
    made = [
        f'{{"type": "Feature", "properties": {json.dumps(properties, ensure_ascii=False)}, "geometry": {as_text(shape)}}}'
        for properties, shape in features
    ]
    path.write_text(f'{{"type": "FeatureCollection", "features": [{", ".join(made)}]}}', encoding="utf-8")
    return path


def as_text(shape):
    return shape if isinstance(shape, str) else shapely.to_geojson(shape)


@pytest.mark.parametrize(
    "name", ["a!b.geojson", "!.geojson", "vsizip.geojson", "x;rm -rf ~.geojson", "'\"`$(id).geojson"]
)
def test_a_name_that_a_reader_would_obey_is_only_a_name(engine, private, tmp_path, name):
    small_cities.found(engine, {"A": FOUR["A"]})

    report = load(engine, geojson(tmp_path / name, ({"code": "A"}, FOUR["A"])))

    assert (report.file, report.count) == (name, 1)
    assert list(private.iterdir()) == []


@pytest.mark.parametrize("member", ["a!b.geojson", "vsicurl/http:x/y.geojson", "=cmd.geojson"])
def test_a_member_of_an_archive_with_such_a_name_is_only_a_name(engine, private, tmp_path, member):
    small_cities.found(engine, {"A": FOUR["A"]})
    content = geojson(tmp_path / "in.geojson", ({"code": "A"}, FOUR["A"]))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(content, member)

    assert load(engine, tmp_path / "in.zip").count == 1
    assert list(private.iterdir()) == []


FORMULAS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "<script>alert(1)</script>",
    "'; DROP TABLE grid; --",
]


def test_formulas_and_html_stay_text_all_the_way_and_come_out_harmless(engine, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})
    cells = [shapely.affinity.translate(FOUR["A"], 0.01 * n) for n in range(len(FORMULAS))]
    path = geojson(tmp_path / "in.geojson", *[({"code": str(n), "name": f}, cells[n]) for n, f in enumerate(FORMULAS)])

    load(engine, path)
    layers.export(engine, "responsibility_grid", tmp_path / "out.csv", at=NOON)

    assert names_of(engine) == {str(n): formula for n, formula in enumerate(FORMULAS)}
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["name"][:1] for row in csv.DictReader(file)] == ["'", "'", "'", "'", "<", "'"]
    load(engine, tmp_path / "out.csv")
    assert names_of(engine) == {str(n): formula for n, formula in enumerate(FORMULAS)}


DEPTH = 20_000


def deep_coordinates(folder):
    text = '{"type": "Polygon", "coordinates": ' + "[" * DEPTH + "]" * DEPTH + "}"
    return geojson(folder / "deep.geojson", ({"code": "A"}, text))


def deep_collection(folder):
    one = '{"type": "GeometryCollection", "geometries": ['
    return geojson(folder / "deep.geojson", ({"code": "A"}, one * DEPTH + "]}" * DEPTH))


def deep_property(folder):
    path = geojson(folder / "deep.geojson", ({"code": "A", "x": "HERE"}, FOUR["A"]))
    path.write_text(path.read_text().replace('"HERE"', "[" * DEPTH + "]" * DEPTH))
    return path


def deep_kml(folder):
    path = folder / "deep.kml"
    path.write_text(f"<kml>{'<Folder>' * DEPTH}{'</Folder>' * DEPTH}</kml>")
    return path


def deep_text(folder):
    path = folder / "deep.csv"
    path.write_text('code,wkt\nA,"' + "GEOMETRYCOLLECTION(" * DEPTH + "POINT(1 1)" + ")" * DEPTH + '"\n')
    return path


def deep_binary(folder):
    path = folder / "deep.parquet"
    frame = geopandas.GeoDataFrame({"code": ["A"]}, geometry=[FOUR["A"]], crs=4326)
    frame.to_parquet(path)
    from pyarrow import parquet, table

    old = parquet.read_table(path)
    nested = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * DEPTH + shapely.to_wkb(shapely.Point(1, 1))
    parquet.write_table(table({"code": ["A"], "geometry": [nested]}).replace_schema_metadata(old.schema.metadata), path)
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (deep_coordinates, "nested too deeply"),
        (deep_collection, "nested too deeply"),
        (deep_property, "nested too deeply"),
        (deep_kml, "holds no features"),
        (deep_text, "line 2: the shape is no well-known text"),
        (deep_binary, "the geometry of feature 1 is damaged"),
    ],
)
def test_twenty_thousand_levels_of_nesting_are_refused(engine, private, tmp_path, make, said):
    small_cities.found(engine, {"A": FOUR["A"]})

    check_refusal(engine, private, make(tmp_path), said)


@pytest.mark.parametrize("ending", ["geojson", "csv"])
@pytest.mark.parametrize("code", ["1.30302E+11", "1.3E11"])
def test_codes_that_a_spreadsheet_has_spoilt_are_refused(engine, private, tmp_path, ending, code):
    small_cities.found(engine, {"A": FOUR["A"]})
    path = tmp_path / f"in.{ending}"
    geojson(path, ({"code": code}, FOUR["A"]))
    if ending == "csv":
        path.write_text(f'code,wkt\n{code},"{FOUR["A"].wkt}"\n')

    check_refusal(engine, private, path, f"a spreadsheet has spoilt these codes in column code: 1 ({code})")


def test_codes_that_are_numbers_are_said_to_lose_their_zeros(engine, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})

    report = load(engine, geojson(tmp_path / "in.geojson", ({"code": 13030200}, FOUR["A"])))

    assert "are numbers, which lose leading zeros: 1 (13030200)" in report.notes[0].say("en")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "have no code"),
        ("x" * 65, "longer than 64"),
        (True, "spoilt"),
        (0.5, "spoilt"),
        ("a\u202eb", "not printable"),
    ],
)
def test_a_code_that_is_none_is_refused(engine, private, tmp_path, code, said):
    small_cities.found(engine, {"A": FOUR["A"]})

    check_refusal(engine, private, geojson(tmp_path / "in.geojson", ({"code": code}, FOUR["A"])), said)


@pytest.mark.parametrize("ending", ["shp", "gpkg", "csv"])
def test_feet_and_metres_without_a_declared_system_never_land_silently(engine, private, tmp_path, ending):
    boston = shapely.box(-71.2, 42.2, -70.9, 42.45)
    small_cities.found(engine, {"A": boston}, frame=boston)
    feet = shapely.box(740_000, 2_910_000, 742_000, 2_912_000)
    path = tmp_path / f"in.{ending}"
    if ending == "csv":
        path.write_text(f'code,wkt\nA,"{feet.wkt}"\n')
    else:
        with pytest.warns(UserWarning, match="crs"):
            geopandas.GeoDataFrame({"code": ["A"]}, geometry=[feet]).to_file(path)

    check_refusal(engine, private, path, "--crs EPSG:2249")
    assert load(engine, path, crs="EPSG:2249").place.startswith("42.2")


def test_a_shapefile_with_swapped_axes_is_refused(engine, private, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})
    swapped = shapely.transform(FOUR["A"], lambda xy: xy[:, ::-1])
    geopandas.GeoDataFrame({"code": ["A"]}, geometry=[swapped], crs=4326).to_file(tmp_path / "in.shp")

    check_refusal(engine, private, tmp_path / "in.shp", "swapped axes")


def test_a_gbk_table_without_cpg_is_chinese_and_a_lone_unclear_one_is_asked_about(engine, private, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})
    frame = geopandas.GeoDataFrame({"code": ["A"], "name": ["红旗里社区"]}, geometry=[FOUR["A"]], crs=4326)
    frame.to_file(tmp_path / "in.shp", encoding="gbk")
    (tmp_path / "in.cpg").unlink()

    load(engine, tmp_path / "in.shp")

    assert names_of(engine) == {"A": "红旗里社区"}
    frame.assign(name=["Münchënß"]).to_file(tmp_path / "west.shp", encoding="latin1")
    (tmp_path / "west.cpg").unlink()
    check_refusal(engine, private, tmp_path / "west.shp", "--encoding")
