"""Archives and copies: our own names, within limits, and nothing left behind."""

import os
import stat
import struct
import zipfile

import pytest

from gridmgr.geometry.archives import Limits, UnreadableFile, UnsafeArchive, display_name, private_copy

SMALL = Limits(file_bytes=200_000, total_bytes=100_000, ratio=20, ratio_from_bytes=1_000, members=5)
GEOJSON = b'{"type": "FeatureCollection", "features": []}'


@pytest.fixture
def private(tmp_path):
    """The folder in which private copies are made."""
    folder = tmp_path / "private"
    folder.mkdir()
    return folder


def packed(path, **members):
    """Write a ZIP archive of name → bytes."""
    return packed_pairs(path, members.items())


def packed_pairs(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def noise(count):
    return os.urandom(count)


def refusal(path, private, error=UnsafeArchive, limits=SMALL, **options):
    with pytest.raises(error) as caught, private_copy(path, folder=private, limits=limits, **options):
        pytest.fail("the copy was given")
    assert list(private.iterdir()) == []
    return str(caught.value)


def test_the_copy_has_our_own_name_and_is_gone_afterwards(tmp_path, private):
    source = tmp_path / "!wards (2) /vsizip".replace("/", "∕")
    source.write_bytes(GEOJSON)

    with private_copy(source, folder=private) as copy:
        assert copy.path.name == "data"
        assert copy.path.read_bytes() == GEOJSON
        assert copy.name == source.name

    assert list(private.iterdir()) == []
    assert source.exists()


def test_the_copy_is_gone_when_its_reader_fails(tmp_path, private):
    (tmp_path / "a.geojson").write_bytes(GEOJSON)

    with pytest.raises(ZeroDivisionError), private_copy(tmp_path / "a.geojson", folder=private):
        raise ZeroDivisionError

    assert list(private.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["!a.geojson", "vsizip{x}.geojson", "a..geojson.geojson", "a b'\"&;$(x).geojson", "网.geojson"]
)
def test_a_member_of_whatever_name_is_written_as_data(tmp_path, private, name):
    archive = packed_pairs(tmp_path / "in.zip", [(name, GEOJSON)])

    with private_copy(archive, folder=private) as copy:
        assert copy.path.name == "data.geojson"
        assert copy.path.read_bytes() == GEOJSON


@pytest.mark.parametrize(
    "name",
    ["../evil.geojson", "/abs.geojson", "a/../../b.geojson", "a\\..\\b.shp", "C:\\x.geojson", "\\\\server\\x.kml"],
)
def test_a_path_that_leads_outside_is_refused_by_name(tmp_path, private, name):
    archive = packed_pairs(tmp_path / "in.zip", [("good.geojson", GEOJSON), (name, GEOJSON)])

    said = refusal(archive, private)

    assert name in said and "leads outside the archive" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.zip", "private"]


def test_an_archive_that_unpacks_too_large_is_refused(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": noise(120_000)})

    assert "would unpack to" in refusal(archive, private)


def test_an_archive_that_swells_as_bombs_do_is_refused(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": b" " * 90_000})

    assert "times its size" in refusal(archive, private)


def test_an_archive_of_too_many_files_is_refused_before_its_contents_are_listed(tmp_path, private):
    archive = packed_pairs(tmp_path / "in.zip", [(f"{i}.dbf", b"") for i in range(6)])

    assert "more than 5 files" in refusal(archive, private)


def test_an_archive_whose_table_of_contents_is_huge_is_refused(tmp_path, private):
    archive = packed_pairs(tmp_path / "in.zip", [("x" * 60_000, b"")])

    assert "more than 5 files" in refusal(archive, private)


def test_a_member_larger_than_it_says_is_not_written_whole(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": b"x" * 900})
    lying = archive.read_bytes().replace(struct.pack("<I", 900), struct.pack("<I", 10))
    archive.write_bytes(lying)

    assert "damaged" in refusal(archive, private, UnreadableFile)


@pytest.mark.parametrize("inner", ["bomb.zip", "data.tar.gz", "more.7z", "map.KMZ"])
def test_an_archive_in_an_archive_is_refused(tmp_path, private, inner):
    archive = packed(tmp_path / "in.zip", **{inner: b"PK"})

    assert f"holds another archive: {inner}" in refusal(archive, private)


def test_a_link_in_an_archive_is_refused(tmp_path, private):
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive = packed_pairs(tmp_path / "in.zip", [(link, "/etc/passwd")])

    assert "holds the link a.geojson" in refusal(archive, private)


def test_an_archive_with_a_password_is_refused(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": GEOJSON})
    raw = bytearray(archive.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(raw)

    assert "needs a password" in refusal(archive, private)


@pytest.mark.parametrize("cut", [10, 60, 100])
def test_a_cut_off_archive_is_damaged(tmp_path, private, cut):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": noise(300)})
    archive.write_bytes(archive.read_bytes()[:-cut])

    assert "damaged ZIP archive" in refusal(archive, private, UnreadableFile)


def test_a_flipped_byte_is_noticed(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"a.geojson": noise(300)})
    raw = bytearray(archive.read_bytes())
    raw[100] ^= 0xFF
    archive.write_bytes(raw)

    assert "damaged ZIP archive" in refusal(archive, private, UnreadableFile)


def test_two_data_sets_are_named_and_one_can_be_chosen(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"wards.geojson": GEOJSON, "roads.geojson": b"{}", "readme.csv": b""})

    assert "several data sets: wards.geojson, roads.geojson" in refusal(archive, private, UnreadableFile)
    with private_copy(archive, member="roads", folder=private) as copy:
        assert copy.path.read_bytes() == b"{}"
        assert copy.name == "in.zip/roads.geojson"


def test_what_finder_and_windows_add_is_no_data_set(tmp_path, private):
    archive = packed(
        tmp_path / "in.zip", **{"a/wards.geojson": GEOJSON, "__MACOSX/a/._wards.geojson": b"", ".x.kml": b""}
    )

    with private_copy(archive, folder=private) as copy:
        assert copy.path.read_bytes() == GEOJSON


def test_an_archive_without_data_says_what_it_holds(tmp_path, private):
    archive = packed(tmp_path / "in.zip", **{"readme.txt": b""})

    assert "only: readme.txt" in refusal(archive, private, UnreadableFile)


def test_an_empty_archive_is_refused(tmp_path, private):
    assert "holds no data set" in refusal(packed(tmp_path / "in.zip"), private, UnreadableFile)


def test_the_parts_of_a_shapefile_come_along_whatever_the_case_of_their_endings(tmp_path, private):
    for ending in (".SHP", ".shx", ".DBF", ".prj", ".cpg", ".sbn"):
        (tmp_path / f"wards{ending}").write_bytes(ending.encode())
    (tmp_path / "other.dbf").write_bytes(b"other")

    with private_copy(tmp_path / "wards.SHP", folder=private) as copy:
        found = {p.name for p in copy.path.parent.iterdir()}

    assert found == {"data.shp", "data.shx", "data.dbf", "data.prj", "data.cpg"}


def test_a_zipped_shapefile_is_unpacked_with_its_own_parts_only(tmp_path, private):
    archive = packed(
        tmp_path / "in.zip", **{"d/a.shp": b"1", "d/a.shx": b"2", "d/a.dbf": b"3", "d/b.dbf": b"4", "a.dbf": b"5"}
    )

    with private_copy(archive, folder=private) as copy:
        found = {p.name: p.read_bytes() for p in copy.path.parent.iterdir() if p.name.startswith("data")}

    assert found == {"data.shp": b"1", "data.shx": b"2", "data.dbf": b"3"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.dbf", b"x", "one part of a Shapefile"),
        ("a.tar.gz", b"\x1f\x8b", "no ZIP archive"),
        ("a.zip", b"not a zip", "no ZIP archive"),
        ("a.geojson", b"", "is empty"),
    ],
)
def test_what_is_no_data_file_is_refused_with_what_to_give(tmp_path, private, name, content, said):
    (tmp_path / name).write_bytes(content)

    assert said in refusal(tmp_path / name, private, UnreadableFile)


def test_a_file_beyond_the_limit_is_refused(tmp_path, private):
    (tmp_path / "a.geojson").write_bytes(b" " * 200_001)

    assert "holds more than" in refusal(tmp_path / "a.geojson", private)


def test_what_is_not_there_or_no_file_is_refused(tmp_path, private):
    os.mkfifo(tmp_path / "pipe.geojson")

    assert "There is no file" in refusal(tmp_path / "none.geojson", private, UnreadableFile)
    assert "not a regular file" in refusal(tmp_path / "pipe.geojson", private, UnreadableFile)
    assert "not a regular file" in refusal(tmp_path, private, UnreadableFile)
    assert "There is no file" in refusal("nul\0byte", private, UnreadableFile)


def test_a_name_is_shown_without_its_folder_and_control_characters():
    assert (
        display_name("/home/me/a\x1b[31mb\n.geojson")
        == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}.geojson"
    )
    assert len(display_name("x" * 500)) == 120
