import array
import ast
import json
import struct
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from support import FolderCase

from drover_inference import embedding_file
from drover_inference.embedding_file import Table, check_suffix, write_tables
from drover_inference.problems import SetupProblem

IDS = ["a", "b|ä", "c" * 40]
MEANS = [0.0, 1.5, -2.25, 3.0, 4.0, 1e-8]
COUNTS = [3, 1, 2**40]


def tables() -> dict[str, Table]:
    return {
        "embeddings": Table((3, 2), "float32", bytearray(array.array("f", MEANS).tobytes())),
        "residue_counts": Table((3,), "int64", array.array("q", COUNTS).tobytes()),
    }


class WritesTables(FolderCase):
    def test_safetensors_has_a_header_that_names_the_place_of_each(self) -> None:
        path = self.folder / "a.safetensors"
        write_tables(path, tables(), IDS, {"model": "tiny"})
        data = path.read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        self.assertEqual(length % 8, 0)
        self.assertEqual(header["__metadata__"], {"ids": json.dumps(IDS), "model": "tiny"})
        self.assertEqual(header["embeddings"], {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]})
        self.assertEqual(header["residue_counts"], {"dtype": "I64", "shape": [3], "data_offsets": [24, 48]})
        body = data[8 + length :]
        self.assertEqual(list(struct.unpack("<3q", body[24:])), COUNTS)
        self.assertEqual(struct.unpack("<6f", body[:24])[:5], tuple(MEANS[:5]))

    def test_npz_is_a_zip_of_arrays_with_the_ids_among_them(self) -> None:
        path = self.folder / "a.npz"
        write_tables(path, tables(), IDS, {"model": "tiny"})
        self.assertEqual(read_array(path, "embeddings")[:2], ("<f4", (3, 2)))
        self.assertEqual(list(struct.unpack("<3q", read_array(path, "residue_counts")[2])), COUNTS)
        kind, shape, data = read_array(path, "ids")
        self.assertEqual((kind, shape), ("<U40", (3,)))
        self.assertEqual([data[at : at + 160].decode("utf-32-le").rstrip("\0") for at in (0, 160, 320)], IDS)

    def test_ids_that_are_too_many_for_a_header_stand_beside_the_rows(self) -> None:
        for name, limit in (("a.safetensors", "IDS_IN_HEADER_MAX_BYTES"), ("a.npz", "IDS_IN_ARRAY_MAX_BYTES")):
            path = self.folder / name
            with mock.patch.object(embedding_file, limit, 30):
                write_tables(path, tables(), IDS, {"model": "tiny"})
            found = read_tensors(path) if name.endswith("tensors") else {key: read_array(path, key)[2] for key in TENSORS}
            borders = struct.unpack("<4q", found["ids_offsets"])
            self.assertEqual([found["ids_utf8"][a:b].decode() for a, b in zip(borders, borders[1:])], IDS)
            self.assertEqual(list(struct.unpack("<6f", found["embeddings"]))[:5], MEANS[:5])

    def test_millions_of_ids_leave_the_header_small(self) -> None:
        ids = [f"NODE_{number:07d}_length_1234_cov_12.345678_chunk_1F1" for number in range(2_000_000)]
        path = self.folder / "many.safetensors"
        write_tables(path, {"embeddings": Table((len(ids), 1), "float32", bytes(4 * len(ids)))}, ids, {})
        with open(path, "rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
        self.assertLess(length, 1000)
        self.assertEqual(path.stat().st_size, 8 + length + 8 * (len(ids) + 1) + 4 * len(ids) + sum(map(len, ids)))

    def test_both_are_read_by_the_libraries_they_are_for(self) -> None:
        try:
            import numpy
        except ImportError:
            raise unittest.SkipTest("numpy is not installed") from None
        path = self.folder / "a.npz"
        write_tables(path, tables(), IDS, {})
        with numpy.load(path) as found:
            self.assertEqual(found["ids"].tolist(), IDS)
            self.assertEqual(found["embeddings"].ravel().tolist()[:5], MEANS[:5])
        try:
            from safetensors.numpy import load_file
        except ImportError:
            raise unittest.SkipTest("safetensors is not installed") from None
        write_tables(self.folder / "a.safetensors", tables(), IDS, {})
        self.assertEqual(load_file(self.folder / "a.safetensors")["residue_counts"].tolist(), COUNTS)

    def test_a_table_without_rows_is_a_file_with_something_in_it(self) -> None:
        for name in ("none.npz", "none.safetensors"):
            write_tables(self.folder / name, {"embeddings": Table((0, 2), "float32", b"")}, [], {})
            self.assertGreater((self.folder / name).stat().st_size, 0)

    def test_the_same_tables_make_the_same_bytes(self) -> None:
        for name in ("a.npz", "b.npz"):
            write_tables(self.folder / name, tables(), IDS, {})
        self.assertEqual((self.folder / "a.npz").read_bytes(), (self.folder / "b.npz").read_bytes())

    def test_refuses_numbers_that_do_not_fill_the_shape_and_names_without_a_format(self) -> None:
        with self.assertRaisesRegex(ValueError, "needs 24"):
            write_tables(self.folder / "a.npz", {"x": Table((3, 2), "float32", b"1234")}, [], {})
        with self.assertRaisesRegex(SetupProblem, "has to end in .safetensors or .npz"):
            check_suffix("/out/a.pt")


TENSORS = ("ids_offsets", "ids_utf8", "embeddings")


def read_tensors(path: Path) -> dict[str, bytes]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    assert header["ids_offsets"]["data_offsets"][0] == 0
    return {name: data[8 + length :][slice(*header[name]["data_offsets"])] for name in TENSORS}


def read_array(path: Path, name: str) -> tuple[str, tuple[int, ...], bytes]:
    with zipfile.ZipFile(path) as archive:
        data = archive.read(f"{name}.npy")
    assert data[:8] == b"\x93NUMPY\x01\x00"
    (length,) = struct.unpack("<H", data[8:10])
    assert (10 + length) % 64 == 0
    header = ast.literal_eval(data[10 : 10 + length].decode())
    return header["descr"], header["shape"], data[10 + length :]
