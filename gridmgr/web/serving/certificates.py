"""Certificates: what TLS is served with, checked before the first phone meets it, and the city's own authority."""

import dataclasses
import datetime as dt
import hashlib
import pathlib
import re
import ssl

from gridmgr.errors import Invalid

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
VERSION, CENTURY_TIME = 0xA0, 0x18
VALIDITY = 3
"""Where the validity stands in a certificate, after serial number, algorithm and issuer (RFC 5280, 4.1)."""


@dataclasses.dataclass(frozen=True)
class Tls:
    """The certificate with its chain, and its key; PEM files."""

    cert: pathlib.Path
    key: pathlib.Path


def read_tls(cert, key):
    """Return the Tls of two files, None where neither is given.

    Raises
    ------
    Invalid
        Only one is given, a file cannot be read, or the key is not that of the certificate.
    """
    if not cert and not key:
        return None
    if not (cert and key):
        missing = "--tls-key" if cert else "--tls-cert"
        raise Invalid("{option} is missing: TLS needs a certificate and its key.", option=missing)
    found = Tls(pathlib.Path(cert), pathlib.Path(key))
    certificate_in(found.cert)
    readable(found.key)
    refuse_mismatch(found)
    return found


def refuse_mismatch(tls):
    """Raise Invalid where key and certificate do not belong together, or the key asks for a password."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.cert, tls.key, password=refuse_password)
    except (ssl.SSLError, ValueError) as error:
        if "KEY_VALUES_MISMATCH" in str(error):
            raise Invalid(
                "The key {key} does not match the certificate {cert}: give the key it was made with.",
                key=tls.key,
                cert=tls.cert,
            ) from error
        raise Invalid(
            "{key} is no key that can be used ({reason}): give a PEM file without a password.",
            key=tls.key,
            reason=getattr(error, "reason", None) or error,
        ) from error


def refuse_password():
    """Refuse to ask for the password of a key: nobody sits at a server that starts by itself."""
    raise ValueError("it asks for a password")


def readable(path):
    """Return the text of a file; raise Invalid where it cannot be read."""
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise Invalid(
            "{file} cannot be read ({reason}): give the path of a PEM file.", file=path, reason=error.strerror
        ) from error


def certificate_in(path):
    """Return the first certificate of a PEM file, as DER; raise Invalid where it holds none."""
    found = BLOCK.search(readable(path))
    if found is None:
        raise Invalid("{file} holds no certificate: give a PEM file with BEGIN CERTIFICATE.", file=path)
    try:
        return ssl.PEM_cert_to_DER_cert(found.group())
    except ValueError as error:
        raise Invalid("{file} holds no certificate: give a PEM file with BEGIN CERTIFICATE.", file=path) from error


def ends_at(der):
    """Return when a certificate ends, UTC."""
    certificate = parts(parts(der)[0][1])
    fields = [one for one in parts(certificate[0][1]) if one[0] != VERSION]
    kind, until = parts(fields[VALIDITY][1])[1]
    form = "%Y%m%d%H%M%SZ" if kind == CENTURY_TIME else "%y%m%d%H%M%SZ"
    return dt.datetime.strptime(until.decode(), form).replace(tzinfo=dt.UTC)


def parts(data):
    """Return the (tag, content) of each value that stands in DER data (X.690)."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= 0x80:
            digits = length & 0x7F
            length, at = int.from_bytes(data[at : at + digits], "big"), at + digits
        found.append((tag, data[at : at + length]))
        at += length
    return found


def fingerprint(der):
    """Return the SHA-256 of a certificate as people compare it: pairs of digits with colons."""
    return hashlib.sha256(der).digest().hex(":").upper()
