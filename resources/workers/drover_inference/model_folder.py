"""Checks the folder of a model as transformers saves it: whether it is complete, what it is, and its memory. Needs no PyTorch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, NamedTuple

from .problems import SetupProblem

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
# Any of these files is enough for a tokenizer.
TOKENIZERS = ("tokenizer.json", "vocab.txt", "tokenizer.model", "vocab.json", "spiece.model")
# The content that Git writes instead of a large file when Git LFS was not installed at the time of the clone.
LFS_POINTER = b"version https://git-lfs"
SAFETENSORS_LENGTH_BYTES = 8
# When no header has the type, weights are assumed to be 32-bit numbers, as almost all such files are.
DEFAULT_NUMBER_BYTES = 4
AGAIN = "Download the model again, wholly."


class ModelFolder(NamedTuple):
    """A model folder that is complete, as far as that is known without loading it."""

    path: Path
    config: dict[str, Any]
    weights: list[Path]
    # The number of numbers in the weight files.
    parameters: int

    def loaded_as(self, precision: str, device: Any) -> str:
        """Return the log text of a worker that has loaded it: which model, how large, how and where."""
        return f"{self.path.name}, {self.parameters // 10**6} M parameters, {precision} on {device}"


def inspect_model_folder(path: str | Path) -> ModelFolder:
    """Check a model folder. Raises SetupProblem with the file that is missing or truncated."""
    folder = Path(path)
    if not folder.is_dir():
        raise SetupProblem(
            f"The model folder {folder} is not there. Give the absolute path of a folder with config.json and weights."
        )
    config = _read_json(folder / "config.json")
    weights = _find_weights(folder)
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise SetupProblem(f"The model folder {folder} has no tokenizer (none of {', '.join(TOKENIZERS)}). {AGAIN}")
    return ModelFolder(folder, config, weights, sum(_count_numbers(file) for file in weights))


def _read_json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SetupProblem(
            f"The model folder {file.parent} has no {file.name}, so it is no model, or not a whole one. {AGAIN}"
        ) from None
    except ValueError as error:
        raise SetupProblem(f"{file} is not valid JSON ({error}). {AGAIN}") from None
    if not isinstance(content, dict):
        raise SetupProblem(f"{file} holds no JSON object. {AGAIN}")
    return content


def _find_weights(folder: Path) -> list[Path]:
    for name in WEIGHTS:
        if (folder / name).is_file():
            return [folder / name]
        index = folder / f"{name}.index.json"
        if index.is_file():
            parts = sorted({str(part) for part in _read_json(index).get("weight_map", {}).values()})
            missing = [part for part in parts if not (folder / part).is_file()]
            if missing or not parts:
                raise SetupProblem(
                    f"The model folder {folder} lacks {len(missing)} of {len(parts)} weight files: {', '.join(missing)}. {AGAIN}"
                )
            return [folder / part for part in parts]
    raise SetupProblem(f"The model folder {folder} has no weights ({' or '.join(WEIGHTS)}). {AGAIN}")


def _count_numbers(file: Path) -> int:
    size = file.stat().st_size
    with open(file, "rb") as opened:
        begin = opened.read(len(LFS_POINTER))
        if begin == LFS_POINTER:
            raise SetupProblem(f'{file} is a pointer of Git LFS, not the weights. Run "git lfs pull" in that folder.')
        if size == 0:
            raise SetupProblem(f"{file} is empty. {AGAIN}")
        if file.suffix != ".safetensors":
            return size // DEFAULT_NUMBER_BYTES
        opened.seek(0)
        return _count_in_header(file, opened.read(SAFETENSORS_LENGTH_BYTES), size)


def _count_in_header(file: Path, length_bytes: bytes, size: int) -> int:
    """Check the length by the header, which has the place of every tensor: a file that ends before the last one is truncated."""
    length = struct.unpack("<Q", length_bytes)[0] if len(length_bytes) == SAFETENSORS_LENGTH_BYTES else size
    if SAFETENSORS_LENGTH_BYTES + length > size:
        raise SetupProblem(f"{file} is cut off or no safetensors file. {AGAIN}")
    with open(file, "rb") as opened:
        opened.seek(SAFETENSORS_LENGTH_BYTES)
        try:
            header = json.loads(opened.read(length))
        except ValueError:
            raise SetupProblem(f"{file} is no safetensors file. {AGAIN}") from None
    tensors = [entry for name, entry in header.items() if name != "__metadata__"]
    end = max((entry["data_offsets"][1] for entry in tensors), default=0)
    if SAFETENSORS_LENGTH_BYTES + length + end > size:
        missing = SAFETENSORS_LENGTH_BYTES + length + end - size
        raise SetupProblem(f"{file} is cut off: its last {missing} bytes are missing. {AGAIN}")
    return sum(_product(entry["shape"]) for entry in tensors)


def _product(sides: list[int]) -> int:
    product = 1
    for side in sides:
        product *= side
    return product
