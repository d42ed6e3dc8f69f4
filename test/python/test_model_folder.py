import json
import struct
import unittest
from types import SimpleNamespace

from support import FolderCase

from drover_inference.load_model import find_model
from drover_inference.model_folder import inspect_model_folder
from drover_inference.problems import SetupProblem
from drover_inference.torch_setup import check_memory, device_is_broken, ran_out_of_memory


def safetensors(shapes: list[list[int]]) -> bytes:
    header, offset = {}, 0
    for number, shape in enumerate(shapes):
        size = 4 * shape[0] * shape[1]
        header[f"t{number}"] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(offset)


class InspectsModelFolders(FolderCase):
    def make(self, **files: bytes) -> str:
        names = {"config": "config.json", "vocab": "vocab.txt", "weights": "model.safetensors", "bin": "pytorch_model.bin"}
        for name, content in {"config": b'{"model_type": "esm"}', "vocab": b"A\n", **files}.items():
            if content:
                self.write(f"model/{names.get(name, name)}", content)
        return str(self.folder / "model")

    def assert_refused(self, folder: str, words: str) -> None:
        with self.assertRaisesRegex(SetupProblem, words):
            inspect_model_folder(folder)

    def test_counts_the_numbers_of_a_whole_one(self) -> None:
        found = inspect_model_folder(self.make(weights=safetensors([[3, 4], [5, 1]])))
        self.assertEqual((found.parameters, found.config["model_type"]), (17, "esm"))
        self.assertEqual(find_model("some/name", str(found.path)), found)

    def test_takes_older_weights_for_numbers_of_four_bytes(self) -> None:
        self.assertEqual(inspect_model_folder(self.make(bin=b"x" * 400)).parameters, 100)

    def test_says_what_is_missing(self) -> None:
        self.assert_refused(str(self.folder / "none"), "none is not there")
        self.assert_refused(self.make(), "has no weights")
        self.assert_refused(self.make(weights=safetensors([[1, 1]]), config=b"{"), "config.json is not valid JSON")

    def test_says_that_the_tokenizer_or_a_part_of_the_weights_is_missing(self) -> None:
        index = json.dumps({"weight_map": {"a": "part-1.safetensors", "b": "part-2.safetensors"}}).encode()
        self.write("model/part-1.safetensors", safetensors([[2, 2]]))
        self.assert_refused(self.make(**{"model.safetensors.index.json": index}), "lacks 1 of 2 weight files: part-2.safetensors")
        self.write("model/part-2.safetensors", safetensors([[2, 3]]))
        self.assertEqual(inspect_model_folder(self.folder / "model").parameters, 10)
        (self.folder / "model" / "vocab.txt").unlink()
        self.assert_refused(str(self.folder / "model"), "has no tokenizer")

    def test_says_that_weights_are_cut_off_empty_or_only_a_pointer(self) -> None:
        whole = safetensors([[30, 4]])
        self.assert_refused(self.make(weights=whole[:-100]), "its last 100 bytes are missing")
        self.assert_refused(self.make(weights=whole[:20]), "is cut off or no safetensors file")
        self.assert_refused(self.make(weights=b"version https://git-lfs.github.com/spec/v1\noid 1\n"), "git lfs pull")
        self.write("model/model.safetensors", b"")
        self.assert_refused(str(self.folder / "model"), "is empty")

    def test_asks_for_a_model_in_words(self) -> None:
        with self.assertRaisesRegex(SetupProblem, "No model was named"):
            find_model("", "")
        with self.assertRaisesRegex(SetupProblem, "/no/such/folder is not there"):
            find_model("/no/such/folder", "")

    def test_says_before_loading_that_the_device_is_too_small(self) -> None:
        folder = inspect_model_folder(self.make(weights=safetensors([[1024, 1024]])))
        device = SimpleNamespace(type="cuda")
        torch = SimpleNamespace(cuda=SimpleNamespace(mem_get_info=lambda device: (3 * 1024**2, 8 * 1024**3)))
        check_memory(torch, device, folder, "bf16")
        with self.assertRaisesRegex(SetupProblem, "too little memory.*in fp32.*bf16 or fp16"):
            check_memory(torch, device, folder, "fp32")


class TellsErrorsApart(unittest.TestCase):
    def test_knows_a_lack_of_memory_from_a_broken_device(self) -> None:
        lack = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        broken = RuntimeError("CUDA error: device-side assert triggered")
        self.assertEqual((ran_out_of_memory(lack), device_is_broken(lack)), (True, False))
        self.assertEqual((ran_out_of_memory(broken), device_is_broken(broken)), (False, True))
        self.assertTrue(ran_out_of_memory(MemoryError()))
        self.assertFalse(ran_out_of_memory(ValueError("out of memory")))
