"""Tables of numbers in files for users of NumPy and PyTorch: .safetensors and .npz, written without either library.

Formats: https://github.com/huggingface/safetensors#format and https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import array
import json
import struct
import sys
import zipfile
from os import PathLike, fspath
from typing import NamedTuple, Sequence, Union

from .problems import SetupProblem

# Bytes per number, and the names of the type in each format.
ITEM_BYTES = {"float32": 4, "int64": 8, "uint8": 1}
SAFETENSORS_TYPES = {"float32": "F32", "int64": "I64", "uint8": "U8"}
NPY_TYPES = {"float32": "<f4", "int64": "<i8", "uint8": "|u1"}
# Both formats require data to begin at a multiple of this, so that it can be mapped into memory.
SAFETENSORS_ALIGNMENT = 8
NPY_ALIGNMENT = 64
SUFFIXES = (".safetensors", ".npz")
# safetensors' own readers refuse a header of more than 100 MB: ids that would take more than this go into tensors, the rest is for notes.
IDS_IN_HEADER_MAX_BYTES = 90_000_000
# In .npz each id takes four bytes per letter of the longest one: above this total, ids are stored as in .safetensors tensors.
IDS_IN_ARRAY_MAX_BYTES = 256 * 1024**2


class Table(NamedTuple):
    """Numbers in row order, little-endian."""

    shape: tuple[int, ...]
    type: str
    data: Union[bytes, bytearray, memoryview]


def check_suffix(path: str | PathLike[str]) -> None:
    """Raise SetupProblem when the name of an output has no supported format."""
    if not fspath(path).endswith(SUFFIXES):
        raise SetupProblem(f'{fspath(path)}: the output has to end in .safetensors or .npz. Correct "outputs" in the pipeline.')


def write_tables(path: str | PathLike[str], tables: dict[str, Table], ids: Sequence[str], notes: dict[str, str]) -> None:
    """Write tables with the ids of their rows and some notes, in the format of the suffix.

    In .safetensors ids (a JSON list) and notes are texts of its metadata; in .npz they are the arrays `ids` and `notes` (JSON). When there
    are too many ids for that, they are UTF-8 bytes in `ids_utf8`, and `ids_offsets` has their borders, one more than there are ids.
    """
    for name, table in tables.items():
        _check_size(name, table)
    if fspath(path).endswith(".npz"):
        _write_npz(path, tables, ids, notes)
        return
    text = _ids_for_header(ids)
    if text is None:
        _write_safetensors(path, _with_ids(tables, ids), notes)
    else:
        _write_safetensors(path, tables, {"ids": text, **notes})


def _ids_for_header(ids: Sequence[str]) -> str | None:
    """Return ids as text for the header; None when they would take too much of it."""
    # Each id has two quotes, which are escaped in the header, and a comma and a blank. Checked first: texts of this size take time.
    if sum(map(len, ids)) + 6 * len(ids) > IDS_IN_HEADER_MAX_BYTES:
        return None
    text = json.dumps(list(ids))
    return None if len(json.dumps(text)) > IDS_IN_HEADER_MAX_BYTES else text


def _with_ids(tables: dict[str, Table], ids: Sequence[str]) -> dict[str, Table]:
    """Return the tables with those of the ids, in an order that keeps wide numbers at multiples of their width."""
    offsets, texts = array.array("q", [0]), bytearray()
    for name in ids:
        texts += name.encode()
        offsets.append(len(texts))
    if sys.byteorder == "big":
        offsets.byteswap()
    borders = Table((len(ids) + 1,), "int64", offsets.tobytes())
    return {"ids_offsets": borders, **tables, "ids_utf8": Table((len(texts),), "uint8", texts)}


def _check_size(name: str, table: Table) -> None:
    expected = ITEM_BYTES[table.type]
    for side in table.shape:
        expected *= side
    if len(table.data) != expected:
        raise ValueError(f"{name} has {len(table.data)} bytes, but its shape {table.shape} needs {expected}")


def _write_safetensors(path: str | PathLike[str], tables: dict[str, Table], metadata: dict[str, str]) -> None:
    header: dict[str, object] = {"__metadata__": metadata}
    offset = 0
    for name, table in tables.items():
        end = offset + len(table.data)
        header[name] = {"dtype": SAFETENSORS_TYPES[table.type], "shape": list(table.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % SAFETENSORS_ALIGNMENT)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for table in tables.values():
            file.write(table.data)


def _write_npz(path: str | PathLike[str], tables: dict[str, Table], ids: Sequence[str], notes: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        width = max([1, *map(len, ids)])
        as_array = 4 * width * len(ids) <= IDS_IN_ARRAY_MAX_BYTES
        for name, table in (tables if as_array else _with_ids(tables, ids)).items():
            _write_array(archive, name, NPY_TYPES[table.type], table.shape, table.data)
        for name, texts in {**({"ids": list(ids)} if as_array else {}), "notes": [json.dumps(notes)]}.items():
            width = max([1, *map(len, texts)])
            data = b"".join(text.encode("utf-32-le").ljust(4 * width, b"\0") for text in texts)
            _write_array(archive, name, f"<U{width}", (len(texts),), data)


def _write_array(
    archive: zipfile.ZipFile, name: str, kind: str, shape: tuple[int, ...], data: Union[bytes, bytearray, memoryview]
) -> None:
    text = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    magic = b"\x93NUMPY\x01\x00"
    text += b" " * (-(len(magic) + 2 + len(text) + 1) % NPY_ALIGNMENT) + b"\n"
    # A fixed time, so that the same embeddings make the same file; 64-bit sizes, because the sizes are not known before.
    with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
        file.write(magic + struct.pack("<H", len(text)) + text)
        file.write(data)
