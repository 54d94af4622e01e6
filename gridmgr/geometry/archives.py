"""Files from outside: copied under our own name into a private folder, archives opened within limits."""

import contextlib
import dataclasses
import pathlib
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from gridmgr.errors import Invalid

SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
DATASETS = (".shp", ".gpkg", ".geojson", ".fgb", ".parquet", ".kml", ".json", ".csv")
PLAIN_TABLES = (".json", ".csv")
ARCHIVES = (".zip", ".kmz", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst")
CHUNK = 1 << 20
END_OF_DIRECTORY = b"PK\x05\x06"
DIRECTORY_BYTES_A_MEMBER = 4096


class UnsafeArchive(Invalid):
    """The archive is not safe to open."""

    slug = "unsafe-archive"


class UnreadableFile(Invalid):
    """The file cannot be read."""

    slug = "unreadable-file"


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a file from outside may cost: bytes, how far it may swell, how many members."""

    file_bytes: int = 2 << 30
    total_bytes: int = 1 << 30
    ratio: int = 250
    ratio_from_bytes: int = 32 << 20
    members: int = 1_000


LIMITS = Limits()


@dataclasses.dataclass(frozen=True)
class Copy:
    """A data file in a private folder under our own name, and the name its sender gave it."""

    path: pathlib.Path
    name: str


def display_name(path: str | pathlib.PurePath) -> str:
    """Return the last part of ``path`` for a message: no control characters, at most 120 characters."""
    name = re.split(r"[/\\]", str(path))[-1]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:120]


@contextlib.contextmanager
def private_copy(
    path: str | pathlib.Path, *, member: str | None = None, limits: Limits = LIMITS, folder: pathlib.Path | None = None
) -> Iterator[Copy]:
    """Give a copy of the data file at ``path``, or of the one inside an archive; remove it afterwards.

    The copy is called ``data`` plus a known ending, so nothing in the sender's
    names (``!``, ``/vsi``, ``..``) ever reaches a reader.

    Parameters
    ----------
    path : path
        A data file, a ``.shp`` with its parts beside it, or a ZIP archive of either.
    member : str, optional
        Which data file of an archive is meant, by its name without the ending.
    limits : Limits
        What the file may cost.
    folder : path, optional
        Where the private folder is made; the system's temporary folder otherwise.

    Raises
    ------
    UnsafeArchive
        The archive is too large, swells too far, holds too much, or points outside itself.
    UnreadableFile
        There is no such file, or nothing in it that could be read.
    """
    source = pathlib.Path(path)
    name = display_name(source)
    with tempfile.TemporaryDirectory(prefix="gridmgr-", dir=folder) as private:
        upload = pathlib.Path(private) / "upload"
        copy_file(source, upload, name, limits)
        if starts_with(upload, b"PK\x03\x04", b"PK\x05\x06"):
            yield unpack(upload, name, member, limits)
        else:
            yield adopt(source, upload, name, limits)


def copy_file(source: pathlib.Path, target: pathlib.Path, name: str, limits: Limits) -> None:
    """Copy a regular file of at most ``limits.file_bytes``."""
    try:
        kind = source.stat()
    except (OSError, ValueError) as error:
        raise UnreadableFile("There is no file {file}. Check the path.", file=name) from error
    if not stat.S_ISREG(kind.st_mode):
        raise UnreadableFile("{file} is not a regular file. Give a data file or a ZIP archive.", file=name)
    if not kind.st_size:
        raise UnreadableFile("{file} is empty (0 bytes). Save or send it again.", file=name)
    try:
        with source.open("rb") as reader, target.open("xb") as writer:
            copy_bytes(reader, writer, limits.file_bytes, name)
    except PermissionError as error:
        raise UnreadableFile("{file} may not be read. Give yourself permission to read it.", file=name) from error


def copy_bytes(reader: BinaryIO, writer: BinaryIO, most: int, name: str) -> int:
    """Copy until the end and return the number of bytes; refuse more than ``most``."""
    count = 0
    while chunk := reader.read(CHUNK):
        count += len(chunk)
        if count > most:
            raise UnsafeArchive(
                "{file} holds more than {megabytes} MB. Split it, or leave out what is not needed.",
                file=name, megabytes=most >> 20,
            )  # fmt: skip
        writer.write(chunk)
    return count


def starts_with(path: pathlib.Path, *magics: bytes) -> bool:
    """Return whether the file begins with one of ``magics``."""
    with path.open("rb") as file:
        return file.read(16).startswith(magics)


def adopt(source: pathlib.Path, upload: pathlib.Path, name: str, limits: Limits) -> Copy:
    """Return ``upload`` under our own name; a Shapefile's parts are fetched from beside ``source``."""
    ending = source.suffix.lower()
    if ending in SIDECARS:
        raise UnreadableFile("{file} is one part of a Shapefile. Give the .shp or a .zip of all parts.", file=name)
    if ending in ARCHIVES:
        raise UnreadableFile("{file} is no ZIP archive. Unpack it, or pack it again as .zip.", file=name)
    path = upload.rename(upload.with_name("data" + (ending if ending in DATASETS else "")))
    if ending == ".shp":
        for part in parts_beside(source):
            copy_file(part, path.with_suffix(part.suffix.lower()), display_name(part), limits)
    return Copy(path, name)


def parts_beside(source: pathlib.Path) -> list[pathlib.Path]:
    """Return the other files of a Shapefile in its folder, whatever the case of their endings."""
    siblings = source.parent.iterdir()
    return [f for f in siblings if f.stem == source.stem and f.suffix.lower() in SIDECARS and f.is_file()]


def unpack(archive: pathlib.Path, name: str, member: str | None, limits: Limits) -> Copy:
    """Return the data file of a ZIP archive, written under our own name beside it."""
    check_directory_size(archive, name, limits)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [m for m in opened.infolist() if not m.is_dir()]
            check_members(members, archive.stat().st_size, name, limits)
            chosen = choose(members, member, name)
            ending = pathlib.PurePosixPath(chosen.filename).suffix.lower()
            for part in [chosen, *parts_in(members, chosen)]:
                target = archive.with_name("data" + pathlib.PurePosixPath(part.filename).suffix.lower())
                with opened.open(part) as reader, target.open("xb") as writer:
                    copy_bytes(reader, writer, limits.total_bytes, name)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError) as error:
        raise UnreadableFile("{file} is a damaged ZIP archive. Pack and send it again.", file=name) from error
    return Copy(archive.with_name("data" + ending), f"{name}/{display_name(chosen.filename)}")


def check_directory_size(archive: pathlib.Path, name: str, limits: Limits) -> None:
    """Refuse a huge table of contents before it is read into memory."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - 22 - 65_535))
        tail = file.read()
    at = tail.rfind(END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise UnreadableFile("{file} is a damaged ZIP archive. Pack and send it again.", file=name)
    count, size = struct.unpack_from("<HI", tail, at + 10)
    if count > limits.members or size > limits.members * DIRECTORY_BYTES_A_MEMBER:
        raise too_many_members(name, limits)


def too_many_members(name: str, limits: Limits) -> UnsafeArchive:
    return UnsafeArchive(
        "{file} holds more than {members} files. Send one data set in each archive.", file=name, members=limits.members
    )


def check_members(members: list[zipfile.ZipInfo], packed: int, name: str, limits: Limits) -> None:
    """Refuse archives that swell, that point outside themselves, or that need a password."""
    if len(members) > limits.members:
        raise too_many_members(name, limits)
    size = sum(m.file_size for m in members)
    if size > limits.total_bytes:
        raise UnsafeArchive(
            "{file} would unpack to {megabytes} MB; at most {most} MB are allowed. Send a smaller data set.",
            file=name, megabytes=size >> 20, most=limits.total_bytes >> 20,
        )  # fmt: skip
    if size > limits.ratio_from_bytes and size > packed * limits.ratio:
        raise UnsafeArchive(
            "{file} would swell to {times} times its size, as only archive bombs do. Send the data file unpacked.",
            file=name, times=size // packed,
        )  # fmt: skip
    for member in members:
        check_member(member, name)


def check_member(member: zipfile.ZipInfo, name: str) -> None:
    """Refuse a member that points outside the archive, is a link, or is encrypted."""
    if points_outside(member.filename):
        raise UnsafeArchive(
            "{file} holds {member}, a path that leads outside the archive. Pack it again from inside its folder.",
            file=name, member="".join(c if c.isprintable() else "?" for c in member.filename)[:120],
        )  # fmt: skip
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnsafeArchive(
            "{file} holds the link {member}. Pack the file itself.", file=name, member=display_name(member.filename)
        )
    if member.flag_bits & 1:
        raise UnsafeArchive("{file} needs a password. Send it without one.", file=name)


def points_outside(path: str) -> bool:
    """Return whether a member's path is absolute, has a drive, or climbs with ``..``."""
    return path.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", path)) or ".." in re.split(r"[/\\]", path)


def choose(members: list[zipfile.ZipInfo], wanted: str | None, name: str) -> zipfile.ZipInfo:
    """Return the one data file of an archive, or the one whose name is ``wanted``."""
    found = [m for m in members if is_dataset(m)]
    shapes = [m for m in found if pathlib.PurePosixPath(m.filename).suffix.lower() not in PLAIN_TABLES]
    found = shapes or found
    if wanted and len(found) > 1:
        found = [m for m in found if stem(m) == wanted] or found
    if len(found) == 1:
        return found[0]
    names = ", ".join(display_name(m.filename) for m in (found or members)[:8])
    if found:
        raise UnreadableFile(
            "{file} holds several data sets: {names}. Say which with --dataset, or send one in each archive.",
            file=name, names=names,
        )  # fmt: skip
    if any(m.filename.lower().endswith(ARCHIVES) for m in members):
        raise UnsafeArchive("{file} holds another archive: {names}. Unpack it and send what is inside.",
                            file=name, names=names)  # fmt: skip
    raise UnreadableFile("{file} holds no data set that can be read, only: {names}.", file=name, names=names or "–")


def is_dataset(member: zipfile.ZipInfo) -> bool:
    path = pathlib.PurePosixPath(member.filename.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.suffix.lower() in DATASETS and not hidden


def stem(member: zipfile.ZipInfo) -> str:
    return pathlib.PurePosixPath(member.filename.replace("\\", "/")).stem


def parts_in(members: list[zipfile.ZipInfo], chosen: zipfile.ZipInfo) -> list[zipfile.ZipInfo]:
    """Return the other members of the Shapefile ``chosen``, one for each ending."""
    if not chosen.filename.lower().endswith(".shp"):
        return []
    base = chosen.filename[:-4]
    by_ending = {m.filename[-4:].lower(): m for m in members if m.filename[:-4] == base}
    return [by_ending[ending] for ending in SIDECARS if ending in by_ending]
