"""Loads a model with its tokenizer from a local folder, never from the network, or fetches it from the Hugging Face hub first."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any, Iterable

from .model_folder import AGAIN, ModelFolder, inspect_model_folder
from .problems import SetupProblem

log = logging.getLogger("model")
# Everything but weights; then the weights in the format that cannot contain code, and only without them the older one.
SMALL_FILES = ["*.json", "*.txt", "*.model", "*.py"]
WEIGHT_FORMATS = (["*.safetensors"], ["*.bin"])
# Tensors that no embedding needs, or that are computed: they may be missing in a checkpoint.
DISPENSABLE = ("pooler.", "contact_head.", "inv_freq", "position_ids")
# From this version on, transformers calls the former parameter `torch_dtype` `dtype`.
FIRST_WITH_DTYPE = (4, 56)


def find_model(model: str, folder: str) -> ModelFolder:
    """Return the folder of a model: `folder` when it is given, a path in `model`, or the copy of the hub's model of that name."""
    if folder or os.path.isdir(model):
        return inspect_model_folder(folder or model)
    if not model:
        raise SetupProblem(
            "No model was named. Give the parameter model_folder (a local folder) or model (a name on the Hugging Face hub)."
        )
    if os.path.isabs(model) or model.startswith((".", "~")):
        raise SetupProblem(f"The model folder {model} is not there. Give an existing folder as the parameter model_folder.")
    return inspect_model_folder(_fetch(model))


def _fetch(model: str) -> str:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise SetupProblem(
            f"ModuleNotFoundError: No module named 'huggingface_hub'. Install: {sys.executable} -m pip install huggingface_hub"
        ) from error
    log.info("Looking for the model %s in the cache of the Hugging Face hub, and on the hub", model)
    try:
        for weights in WEIGHT_FORMATS:
            folder = snapshot_download(model, allow_patterns=[*SMALL_FILES, *weights])
            if any(Path(folder).glob(weights[0])):
                break
    except Exception as error:
        raise SetupProblem(
            f"The model {model} could not be fetched from the Hugging Face hub ({type(error).__name__}: {_first_line(error)}). "
            "Without a network, copy its folder here and name it in the parameter model_folder."
        ) from error
    return folder


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0]


def load_tokenizer(transformers: Any, folder: ModelFolder, **options: Any) -> Any:
    """Load the tokenizer of a model folder."""
    try:
        return transformers.AutoTokenizer.from_pretrained(str(folder.path), local_files_only=True, **options)
    except Exception as error:
        raise _unloadable(transformers, folder, "tokenizer", error) from error


def load_weights(transformers: Any, auto_class: str, folder: ModelFolder, dtype: Any, **options: Any) -> Any:
    """Load a model of one of transformers' own architectures, into host memory, in the given precision."""
    version = tuple(int(part) for part in transformers.__version__.split(".")[:2])
    options[("dtype" if version >= FIRST_WITH_DTYPE else "torch_dtype")] = dtype
    # Its bars would be read as the progress of a file, and its tables of tensors look like errors: `_check_whole` checks the tensors.
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        auto = getattr(transformers, auto_class)
        model, found = auto.from_pretrained(str(folder.path), local_files_only=True, output_loading_info=True, **options)
    except Exception as error:
        raise _unloadable(transformers, folder, "model", error) from error
    _check_whole(folder, found["missing_keys"])
    return model


def _check_whole(folder: ModelFolder, missing_keys: Iterable[str]) -> None:
    """Check that no weights are missing: transformers fills them with random numbers, and such embeddings would look like any others."""
    missing = sorted(name for name in missing_keys if not any(part in name for part in DISPENSABLE))
    if missing:
        raise SetupProblem(
            f"The weights in {folder.path} lack {len(missing)} of the model's tensors, such as {missing[0]}. {AGAIN}"
        )


def load_own_code(torch: Any, transformers: Any, folder: ModelFolder) -> Any:
    """Load a BERT-like model with code in its folder (`auto_map` in config.json), as DNABERT-2 and DNABERT-S have. Runs that code.

    AutoModel is not used: since 4.29 it refuses these classes for their configuration, and since 5 it first creates models without memory, where
    this code's attention biases get lost. The code's Triton attention does not compile since Triton 2.1, so PyTorch's is used.
    """
    try:
        from transformers.dynamic_module_utils import get_class_from_dynamic_module

        # "owner/name--file.Class" would be fetched from the hub; the same file is in the folder.
        reference = folder.config["auto_map"]["AutoModel"].split("--")[-1]
        model_class = get_class_from_dynamic_module(reference, str(folder.path), local_files_only=True)
        sys.modules[model_class.__module__].__dict__["flash_attn_qkvpacked_func"] = None
        config = transformers.BertConfig.from_pretrained(str(folder.path), local_files_only=True)
        if getattr(config, "pad_token_id", None) is None:
            config.pad_token_id = 0
        model = model_class(config)
        missing = _fill(model, _read_weights(torch, folder))
    except Exception as error:
        raise _unloadable(transformers, folder, "model", error) from error
    _check_whole(folder, missing)
    return model


def _read_weights(torch: Any, folder: ModelFolder) -> dict[str, Any]:
    weights: dict[str, Any] = {}
    for file in folder.weights:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            weights.update(load_file(str(file)))
        else:
            weights.update(torch.load(str(file), map_location="cpu", weights_only=True))
    return weights


def _fill(model: Any, weights: dict[str, Any]) -> list[str]:
    """Load weights and return the names of missing ones. In the checkpoint of a model with a head, the names of the body begin with `bert.`"""
    body = {name[len("bert.") :] if name.startswith("bert.") else name: value for name, value in weights.items()}
    return model.load_state_dict(body, strict=False).missing_keys


def _unloadable(transformers: Any, folder: ModelFolder, what: str, error: Exception) -> SetupProblem:
    return SetupProblem(
        f"The {what} in {folder.path} cannot be loaded by transformers {transformers.__version__}: {type(error).__name__}: {_first_line(error)}"
    )
