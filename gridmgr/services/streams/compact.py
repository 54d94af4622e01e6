"""Thrift's compact protocol, as far as the footer of a Parquet file needs it.

A struct is a dict of field number → (type, value); a list is (type of its elements, values).
Numbers are int, texts and doubles stay bytes, truth is in the type of a field.

Source: Apache Thrift, doc/specs/thrift-compact-protocol.md.
"""

import io

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
WHOLE = (I16, I32, I64)


def read(data):
    """Return the struct that ``data`` begins with."""
    return read_struct(io.BytesIO(data))


def written(struct):
    """Return a struct as bytes."""
    out = bytearray()
    write_struct(out, struct)
    return bytes(out)


def read_struct(file):
    """Return the struct at the place of an open file."""
    found, number = {}, 0
    while head := file.read(1)[0]:
        step, kind = head >> 4, head & 15
        number = number + step if step else unzigzag(read_varint(file))
        found[number] = (kind, None if kind in (TRUE, FALSE) else read_value(file, kind))
    return found


def read_value(file, kind):
    """Return the value of that type at the place of an open file."""
    if kind in WHOLE:
        return unzigzag(read_varint(file))
    if kind == BINARY:
        return file.read(read_varint(file))
    if kind in (LIST, SET):
        return read_list(file)
    if kind == STRUCT:
        return read_struct(file)
    if kind in (TRUE, FALSE, BYTE):
        return file.read(1)
    if kind == DOUBLE:
        return file.read(8)
    raise ValueError(f"type {kind} stands in no footer of Parquet")


def read_list(file):
    """Return (type of the elements, elements)."""
    head = file.read(1)[0]
    count = head >> 4 if head >> 4 < 15 else read_varint(file)
    return head & 15, [read_value(file, head & 15) for _ in range(count)]


def read_varint(file):
    """Return a whole number of seven bits a byte, the lowest first."""
    number = shift = 0
    while (byte := file.read(1)[0]) & 128:
        number |= (byte & 127) << shift
        shift += 7
    return number | byte << shift


def unzigzag(number):
    """Return the number that stands for 0, −1, 1, −2, … as 0, 1, 2, 3, …"""
    return number >> 1 ^ -(number & 1)


def write_struct(out, struct):
    """Write the fields by number, and the mark of their end."""
    last = 0
    for number, (kind, value) in sorted(struct.items()):
        step = number - last
        out.append((step << 4 if step < 16 else 0) | kind)
        if step >= 16:
            write_varint(out, zigzag(number))
        if kind not in (TRUE, FALSE):
            write_value(out, kind, value)
        last = number
    out.append(0)


def write_value(out, kind, value):
    """Write a value of that type."""
    if kind in WHOLE:
        write_varint(out, zigzag(value))
    elif kind == BINARY:
        write_varint(out, len(value))
        out += value
    elif kind in (LIST, SET):
        write_list(out, *value)
    elif kind == STRUCT:
        write_struct(out, value)
    else:
        out += value


def write_list(out, kind, values):
    """Write the elements, their number and type first."""
    out.append(min(len(values), 15) << 4 | kind)
    if len(values) >= 15:
        write_varint(out, len(values))
    for value in values:
        write_value(out, kind, value)


def write_varint(out, number):
    """Write a whole number, seven bits a byte."""
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def zigzag(number):
    """Return whole numbers in the order 0, −1, 1, −2, …"""
    return number << 1 if number >= 0 else (-number << 1) - 1
