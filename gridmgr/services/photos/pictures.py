"""Reading a picture that somebody sent, and making it anew: nothing of the file that came is kept.

What is stored is a JPEG of our own making. So no metadata, no second file behind the picture and no
script survives, whatever the sender packed in.
"""

import contextlib
import dataclasses
import datetime as dt
import io
import threading
import warnings
import zoneinfo

from PIL import ExifTags, Image, ImageOps

from gridmgr.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 12 * 2**20
MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""A JPEG is read at a fraction of its size, the others must be unpacked whole."""
LONGEST_SIDE, THUMB_SIDE, SMALLEST_SIDE = 2048, 320, 16
QUALITY = 82
AT_ONCE = 2
"""So many pictures are unpacked at a time, since each may take 200 MB."""
TURN = threading.BoundedSemaphore(AT_ONCE)
FARTHEST_LON, FARTHEST_LAT = 180, 90
warnings.filterwarnings("ignore", module="PIL")  # What a stranger's file trips over does not belong in our log.
Image.MAX_IMAGE_PIXELS = None  # We look at the size ourselves, before a single pixel is unpacked.


class NoPicture(Invalid):
    """This file is no picture that can be taken."""

    slug = "no-picture"


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture made anew. ``whole`` and ``thumb`` are JPEG files; ``position`` is lon, lat as the camera said."""

    whole: bytes
    thumb: bytes
    width: int
    height: int
    taken_at: dt.datetime | None
    position: tuple[float, float] | None


def read(data, timezone):
    """Return the Picture in a file that was sent.

    Parameters
    ----------
    data : bytes
        The file; its name is of no interest.
    timezone : str
        Of the city; a camera's time without an offset is that of the city.

    Raises
    ------
    NoPicture
        It is empty, too large, no JPEG, PNG or WebP, cut off, or has too many pixels.
    """
    check_length(data)
    with TURN, opened(data) as image:
        check_size(image)
        said = exif_of(image)
        upright = made_upright(image)
        thumb = upright.copy()
        thumb.thumbnail((THUMB_SIDE, THUMB_SIDE))
        return Picture(as_jpeg(upright), as_jpeg(thumb), *upright.size, taken_at(said, timezone), position(said))


def check_length(data):
    """Raise NoPicture for an empty file, and for one that is too long."""
    if not data:
        raise NoPicture("The photo is empty: choose another file.")
    if len(data) > LARGEST_FILE:
        raise NoPicture(
            "The photo has {size:.0f} MB, at most {most:.0f} are taken: make it smaller.",
            size=len(data) / 2**20,
            most=LARGEST_FILE / 2**20,
        )


@contextlib.contextmanager
def opened(data):
    """Open a picture and give it; whatever goes wrong while it is read is said as NoPicture."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            yield image
    except NoPicture:
        raise
    except Exception as error:  # A broken file raises whatever its reader tripped over.
        raise NoPicture(
            "The file is no photo that can be read: send a whole JPEG, PNG or WebP (not HEIC, SVG or PDF)."
        ) from error


def check_size(image):
    """Raise NoPicture where a picture has too many pixels, or too few to show anything."""
    width, height = image.size
    most = MOST_PIXELS[image.format]
    if width * height > most:
        raise NoPicture(
            "The photo has {pixels:.0f} million pixels, at most {most:.0f} are taken: make it smaller.",
            pixels=width * height / 1e6,
            most=most / 1e6,
        )
    if min(width, height) < SMALLEST_SIDE:
        raise NoPicture(
            "The photo is only {width} × {height} pixels: choose one that shows something.", width=width, height=height
        )


def exif_of(image):
    """Return what the camera wrote; nothing where that is broken, since the picture may be whole all the same."""
    try:
        said = image.getexif()
        return {"plain": dict(said.get_ifd(ExifTags.IFD.Exif)), "place": dict(said.get_ifd(ExifTags.IFD.GPSInfo))}
    except Exception:  # Whatever a broken block raises.
        return {"plain": {}, "place": {}}


def made_upright(image):
    """Return the pixels as they are to be seen: upright, on white, at most ``LONGEST_SIDE`` long."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = turned_upright(image)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return turned.convert("RGB")


def turned_upright(image):
    """Return the picture turned as the camera says it was held; as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # As in exif_of.
        return image


def as_jpeg(image):
    """Return a picture as a JPEG file with nothing but its pixels."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=False)
    return file.getvalue()


def taken_at(said, timezone):
    """Return when a picture was taken, None where the camera does not say so readably."""
    plain = said["plain"]
    try:
        at = dt.datetime.strptime(str(plain[ExifTags.Base.DateTimeOriginal]).strip("\x00 "), "%Y:%m:%d %H:%M:%S")
        offset = str(plain.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\x00 ")
        zone = dt.datetime.strptime(offset, "%z").tzinfo if offset else zoneinfo.ZoneInfo(timezone)
        return at.replace(tzinfo=zone).astimezone(dt.UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def position(said):
    """Return where a picture was taken as lon, lat, None where the camera does not say so readably."""
    place = said["place"]
    try:
        lon = degrees(place[ExifTags.GPS.GPSLongitude], place.get(ExifTags.GPS.GPSLongitudeRef, "E"), "W")
        lat = degrees(place[ExifTags.GPS.GPSLatitude], place.get(ExifTags.GPS.GPSLatitudeRef, "N"), "S")
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return None
    is_on_earth = abs(lon) <= FARTHEST_LON and abs(lat) <= FARTHEST_LAT and (lon, lat) != (0, 0)
    return (round(lon, 7), round(lat, 7)) if is_on_earth else None


def degrees(parts, side, negative):
    """Return degrees, minutes and seconds as degrees; NaN is refused by whoever compares it."""
    whole, minutes, seconds = (float(part) for part in parts)
    found = whole + minutes / 60 + seconds / 3600
    return -found if str(side).strip("\x00 ").upper() == negative else found
