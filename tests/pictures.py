"""Pictures for tests, good and hostile, made here."""

import io
import struct
import zlib

from PIL import Image, TiffImagePlugin

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04evil-archive<script>alert(1)</script>"


def picture(form="JPEG", size=(640, 480), colour="teal", **options):
    """Return a picture as a file of that form."""
    file = io.BytesIO()
    Image.new(options.pop("mode", "RGB"), size, colour).save(file, form, **options)
    return file.getvalue()


def noise(size=(640, 480)):
    """Return a JPEG of some hundred kilobytes that cannot be made much smaller."""
    file = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue()


def from_a_phone(size=(640, 480), *, orientation=1, taken="2026:05:03 20:00:00"):
    """Return a photo with what a phone adds: where it was (119.605 E, 39.905 N), when, how it was held, and by which phone."""
    said = Image.Exif()
    said[0x010F] = "Maker of phones"
    said[0x0112] = orientation
    said.get_ifd(0x8769)[0x9003] = taken
    ratio = TiffImagePlugin.IFDRational
    place = said.get_ifd(0x8825)
    place[1], place[2] = "N", (ratio(39), ratio(54), ratio(1800, 100))
    place[3], place[4] = "E", (ratio(119), ratio(36), ratio(1800, 100))
    return picture(size=size, exif=said)


def bomb(side=60_000):
    """Return a PNG of a few bytes that says it has ``side`` × ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in parts)


def chunk(kind, content):
    """Return one part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def polyglot():
    """Return a photo that is an archive and a script as well."""
    return picture(comment=HTML) + ZIP
