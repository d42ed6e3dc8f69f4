"""Tables of numbers in files that NumPy and PyTorch users read at once: .safetensors and .npz, written without either.

Formats: https://github.com/huggingface/safetensors#format and https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import json
import struct
import zipfile
from os import PathLike, fspath
from typing import NamedTuple, Sequence, Union

from .problems import SetupProblem

# Bytes per number, and what each format calls the type.
ITEM_BYTES = {"float32": 4, "int64": 8}
SAFETENSORS_TYPES = {"float32": "F32", "int64": "I64"}
NPY_TYPES = {"float32": "<f4", "int64": "<i8"}
# Both formats ask that data begins at a multiple of this, so that it can be mapped into memory.
SAFETENSORS_ALIGNMENT = 8
NPY_ALIGNMENT = 64
SUFFIXES = (".safetensors", ".npz")


class Table(NamedTuple):
    """Numbers in row order, little-endian."""

    shape: tuple[int, ...]
    type: str
    data: Union[bytes, bytearray, memoryview]


def check_suffix(path: str | PathLike[str]) -> None:
    """Raise SetupProblem when the name of an output tells no format that can be written."""
    if not fspath(path).endswith(SUFFIXES):
        raise SetupProblem(f'{fspath(path)}: the output has to end in .safetensors or .npz. Correct "outputs" in the pipeline.')


def write_tables(path: str | PathLike[str], tables: dict[str, Table], ids: Sequence[str], notes: dict[str, str]) -> None:
    """Write tables with the ids of their rows and some notes, in the format that the suffix names.

    In .safetensors ids (a JSON list) and notes are texts of its metadata; in .npz they are the arrays `ids` and `notes` (JSON).
    """
    for name, table in tables.items():
        _check_size(name, table)
    if fspath(path).endswith(".npz"):
        _write_npz(path, tables, ids, notes)
    else:
        _write_safetensors(path, tables, {"ids": json.dumps(list(ids)), **notes})


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
        for name, table in tables.items():
            _write_array(archive, name, NPY_TYPES[table.type], table.shape, table.data)
        for name, texts in {"ids": list(ids), "notes": [json.dumps(notes)]}.items():
            width = max([1, *map(len, texts)])
            data = b"".join(text.encode("utf-32-le").ljust(4 * width, b"\0") for text in texts)
            _write_array(archive, name, f"<U{width}", (len(texts),), data)


def _write_array(
    archive: zipfile.ZipFile, name: str, kind: str, shape: tuple[int, ...], data: Union[bytes, bytearray, memoryview]
) -> None:
    text = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    magic = b"\x93NUMPY\x01\x00"
    text += b" " * (-(len(magic) + 2 + len(text) + 1) % NPY_ALIGNMENT) + b"\n"
    # A fixed time, so that the same embeddings make the same file; 64-bit sizes, since nobody knows them before.
    with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
        file.write(magic + struct.pack("<H", len(text)) + text)
        file.write(data)
