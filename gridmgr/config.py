"""What a city's operator sets: the database, the basemap, the secrets. Environment over file."""

import dataclasses
import os
import pathlib
import tomllib
import urllib.parse

from gridmgr.channels import Channel, Mail, read_channels, read_mail
from gridmgr.errors import Invalid
from gridmgr.providers import Provider, read_provider

SCHEMES = ("gpkg", "postgresql", "postgresql+psycopg")
BASEMAP_SYSTEMS = ("wgs84", "gcj02")


@dataclasses.dataclass(frozen=True)
class Basemap:
    """Tiles of another server under our layers; none by default."""

    url: str
    crs: str = "wgs84"
    attribution: str = ""


@dataclasses.dataclass(frozen=True)
class Config:
    """Settings of one running program; ``proxies`` counts the trusted servers in front of ours.

    ``ca_certificate`` is that of the city's own authority, which phones install from the page /certificate.
    """

    database_url: str
    data: pathlib.Path
    basemap: Basemap | None = None
    proxies: int = 0
    mail: Mail | None = None
    channels: dict[str, Channel] = dataclasses.field(default_factory=dict)
    provider: Provider | None = None
    ca_certificate: pathlib.Path | None = None


def load(file=None, environ=os.environ):
    """Return the settings from ``gridmgr.toml`` (or ``file``) and the environment."""
    path = pathlib.Path(file or environ.get("GRIDMGR_CONFIG", "gridmgr.toml"))
    values = read(path) if path.exists() else {}
    url = environ.get("GRIDMGR_DATABASE_URL") or values.get("database_url") or "city.gpkg"
    data = pathlib.Path(environ.get("GRIDMGR_DATA") or values.get("data") or "gridmgr-data")
    return Config(
        database_url=address(url),
        data=data,
        basemap=basemap(values, path),
        proxies=proxies(environ, values),
        mail=read_mail(values, environ, path),
        channels=read_channels(values, environ, path),
        provider=read_provider(values, environ, path),
        ca_certificate=ca_certificate(environ, values),
    )


def basemap(values, file):
    """Return the Basemap of ``[basemap]``, None where there is none."""
    given = values.get("basemap")
    if not given:
        return None
    unknown = sorted(given.keys() - {field.name for field in dataclasses.fields(Basemap)})
    if unknown or "url" not in given or given.get("crs", "wgs84") not in BASEMAP_SYSTEMS:
        raise Invalid(
            "{file}: [basemap] takes url, crs ({systems}) and attribution; correct {wrong}.",
            file=file,
            systems=", ".join(BASEMAP_SYSTEMS),
            wrong=", ".join(unknown) or ("url" if "url" not in given else f"crs = {given['crs']}"),
        )
    return Basemap(**given)


def ca_certificate(environ, values):
    """Return the path of the certificate of the city's own authority, None where it has none."""
    text = environ.get("GRIDMGR_CA_CERTIFICATE") or values.get("ca_certificate")
    return pathlib.Path(text) if text else None


def proxies(environ, values):
    """Return how many servers in front of ours tell the truth about a request's origin."""
    text = environ.get("GRIDMGR_PROXIES") or values.get("proxies") or 0
    try:
        return int(text)
    except ValueError as error:
        raise Invalid("GRIDMGR_PROXIES must be a whole number; {text} is none.", text=text) from error


def address(url):
    """Return an SQLAlchemy address; a plain path means a GeoPackage file.

    Raises
    ------
    Invalid
        It names another kind of database, or cannot be read; a password in it is not repeated.
    """
    scheme, mark, _ = url.partition("://")
    if mark and not (scheme in SCHEMES and has_readable_host(url)):
        raise Invalid(
            "A database address that begins with {scheme}:// cannot be used: "
            "give the path of a city file, or postgresql://USER@HOST:PORT/NAME.",
            scheme=scheme,
        )
    if url.startswith("postgresql://"):
        return "postgresql+psycopg://" + url.removeprefix("postgresql://")
    return url if "://" in url else f"gpkg:///{pathlib.Path(url).absolute()}"


def has_readable_host(url):
    """Return whether the host and port of an address can be read."""
    try:
        urllib.parse.urlsplit(url).port  # noqa: B018  what matters is whether it raises
    except ValueError:
        return False
    return True


def read(path):
    """Return the values of a TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid("{file} is not readable TOML: {reason}. Correct that line.", file=path, reason=error) from error
