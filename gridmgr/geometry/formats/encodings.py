"""Texts whose encoding nobody declared: recognised with certainty, or asked for."""

from __future__ import annotations

import codecs

from gridmgr.geometry.archives import UnreadableFile

PAIRS_SURE = 0.9
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CODE_PAGES = {
    "936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "ansi 936": "gb18030",
    "cp936": "gb18030",
    "950": "big5",
    "big-5": "big5",
    "65001": "utf-8",
    "88591": "iso-8859-1",
    "iso 88591": "iso-8859-1",
    "1252": "cp1252",
    "ansi 1252": "cp1252",
}
"""What .cpg files and people write, and the codec that reads it; GB 18030 contains GBK and GB 2312."""


class UnclearText(UnreadableFile):
    """The encoding of the texts is not clear."""

    slug = "unclear-text"


def codec(name: str, file: str) -> str:
    """Return Python's name of the text encoding ``name``."""
    wanted = CODE_PAGES.get(name.strip().lower(), name.strip())
    try:
        found = codecs.lookup(wanted)
        if found._is_text_encoding:
            return found.name
    except (LookupError, ValueError):
        pass
    raise UnclearText(
        "“{encoding}” is no text encoding. For {file} say utf-8, gb18030 or another known one.",
        encoding=name[:40], file=file,
    )  # fmt: skip


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a whole file and the codec that read it.

    UTF-8 (with or without byte order mark) and UTF-16 with its mark are certain;
    GB 18030 is taken where it fits as Chinese text fits it; anything else is asked for.
    """
    marked = next((name for bom, name in BOMS if data.startswith(bom)), None)
    chosen = codec(encoding, file) if encoding else marked or recognise([data], file)
    try:
        return data.decode(marked or chosen), chosen.removesuffix("-sig")
    except UnicodeDecodeError as error:
        raise UnclearText(
            "{file}: byte {place} is not {encoding} text. Name the right encoding, for example --encoding gb18030.",
            file=file, place=error.start + 1, encoding=chosen,
        ) from error  # fmt: skip


def recognise(texts: list[bytes], file: str) -> str:
    """Return ``"utf-8"`` or ``"gb18030"``; refuse texts that are neither for certain."""
    foreign = [text for text in texts if not text.isascii()]
    if all(decodes(text, "utf-8") for text in foreign):
        return "utf-8"
    if is_chinese(foreign):
        return "gb18030"
    raise UnclearText(
        "{file}: its texts are neither UTF-8 nor recognisable as GB 18030 (first: {sample}). Name their encoding, "
        "for example --encoding big5.",
        file=file, sample=ascii(first_foreign(foreign))[2:-1],
    )  # fmt: skip


def first_foreign(texts: list[bytes]) -> bytes:
    """Return the first few bytes beyond ASCII."""
    text = next(t for t in texts if not decodes(t, "utf-8"))
    start = next(i for i, byte in enumerate(text) if byte > 0x7F)
    return text[start : start + 8]


def decodes(text: bytes, encoding: str) -> bool:
    """Return whether ``text`` is valid, a character cut off at its end forgiven."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        return is_cut_off(text, error)
    return True


def is_cut_off(text: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether only the last character is broken, as fields of fixed width break them."""
    unfinished = error.reason.startswith(("incomplete", "unexpected end"))
    return unfinished and error.start > 0 and error.end == len(text)


def decode_field(text: bytes, encoding: str) -> tuple[str, bool]:
    """Return the text of a field of fixed width, and whether its last character was cut off."""
    try:
        return text.decode(encoding), False
    except UnicodeDecodeError as error:
        if not is_cut_off(text, error):
            raise
        return text[: error.start].decode(encoding), True


def is_chinese(texts: list[bytes]) -> bool:
    """Return whether ``texts`` read as GB 18030, nearly all within the common characters of GB 2312.

    Western texts decode as GB 18030 too (``Málaga`` as 醠), but then the second
    byte of a pair is mostly an ASCII letter, which GB 2312 never has there.
    """
    if not all(decodes(text, "gb18030") for text in texts):
        return False
    pairs = [pair for text in texts for pair in byte_pairs(text)]
    common = sum(0xA1 <= lead <= 0xF7 and trail >= 0xA1 for lead, trail in pairs)
    return bool(pairs) and common >= PAIRS_SURE * len(pairs)


def byte_pairs(text: bytes) -> list[tuple[int, int]]:
    """Return lead and trail byte of each character beyond ASCII, read as GBK."""
    pairs, i = [], 0
    while i < len(text) - 1:
        if text[i] > 0x7F:
            pairs.append((text[i], text[i + 1]))
            i += 1
        i += 1
    return pairs
