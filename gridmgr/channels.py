"""Where notices go: the mail server and the channels of the settings. Nothing here prints a secret."""

import dataclasses
import re
import urllib.parse
from collections.abc import Mapping

from gridmgr.errors import Invalid

KINDS = ("webhook", "wecom", "dingtalk", "feishu")
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
"""How the mail server is spoken to, and the port it then usually listens on."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
IN_ENVIRONMENT = re.compile(r"GRIDMGR_CHANNEL_([A-Z0-9_]+)_(KIND|URL|SECRET|LANGUAGE)")


@dataclasses.dataclass(frozen=True)
class Mail:
    """The server that takes our mail; ``sender`` is the address it comes from."""

    host: str
    sender: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True)
class Channel:
    """A receiver by HTTP. The address of a robot is as good as a password and is not shown either."""

    name: str
    kind: str
    url: str = dataclasses.field(repr=False)
    secret: str = dataclasses.field(default="", repr=False)
    language: str = "zh"


def read_mail(values: Mapping, environ: Mapping, file) -> Mail | None:
    """Return the Mail of ``[mail]`` and ``GRIDMGR_MAIL_…``, None where there is none."""
    names = {field.name for field in dataclasses.fields(Mail)}
    given = {**values.get("mail", {})}
    given |= {name: found for name in names if (found := environ.get(f"GRIDMGR_MAIL_{name.upper()}"))}
    if not given:
        return None
    wrong = sorted(given.keys() - names) + [name for name in ("host", "sender") if not given.get(name)]
    security = given.get("security", "starttls")
    port = str(given.get("port") or SECURITY.get(security, 25))
    wrong += [f"security = {security}"] if security not in SECURITY else []
    wrong += [] if port.isdigit() and int(port) < 65536 else [f"port = {port}"]
    wrong += [] if "@" in str(given.get("sender", "@")) else ["sender"]
    if wrong:
        raise Invalid(
            "{file}: [mail] takes host, sender, port, security ({ways}), user and password; correct {wrong}.",
            file=file,
            ways=", ".join(SECURITY),
            wrong=", ".join(wrong),
        )
    return Mail(**{**given, "port": int(port)})


def read_channels(values: Mapping, environ: Mapping, file) -> dict[str, Channel]:
    """Return name → Channel of ``[channels.NAME]`` and ``GRIDMGR_CHANNEL_NAME_…``."""
    given = {name: {**settings} for name, settings in values.get("channels", {}).items()}
    for variable, value in environ.items():
        if found := IN_ENVIRONMENT.fullmatch(variable):
            given.setdefault(found[1].lower(), {})[found[2].lower()] = value
    return {name: channel(name, settings, file) for name, settings in sorted(given.items())}


def channel(name: str, settings: Mapping, file) -> Channel:
    """Return the Channel of one table of settings."""
    wrong = sorted(settings.keys() - {"kind", "url", "secret", "language"})
    wrong += [] if NAME.fullmatch(name) and name != "mail" else ["name"]
    wrong += [] if settings.get("kind") in KINDS else ["kind"]
    wrong += [] if is_address(settings.get("url", "")) else ["url"]
    wrong += [] if settings.get("language", "zh") in ("zh", "en") else ["language"]
    wrong += ["secret"] if settings.get("kind") == "webhook" and not settings.get("secret") else []
    if wrong:
        raise Invalid(
            "{file}: [channels.{name}] takes kind ({kinds}), url, secret (a webhook needs one) and language "
            "(zh, en); correct {wrong}.",
            file=file,
            name=name,
            kinds=", ".join(KINDS),
            wrong=", ".join(wrong),
        )
    return Channel(name, **settings)


def is_address(url: str) -> bool:
    """Return whether ``url`` is an http or https address that can be sent to, without a user in it."""
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return (
        url.isascii()
        and url.isprintable()
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
    )
