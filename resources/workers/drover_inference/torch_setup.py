"""The user's PyTorch and transformers: imports, device, precision and memory. A missing package is reported. They are imported on use."""

from __future__ import annotations

import importlib
import importlib.util
import os
import platform
import sys
from typing import Any

from .model_folder import ModelFolder
from .problems import SetupProblem

GIB = 1024**3
PRECISION_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
PRECISIONS = ("auto", *PRECISION_BYTES)
OUT_OF_MEMORY_WORDS = ("out of memory", "can't allocate memory", "cannot allocate memory")


def import_packages(*names: str) -> list[Any]:
    """Import packages such as torch. Raises SetupProblem with the command that installs missing ones into this interpreter."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        # In the wording of Python itself, which log scans search for; the command comes early, because messages get cut.
        raise SetupProblem(
            f"ModuleNotFoundError: No module named '{missing[0]}'. Install: {sys.executable} -m pip install {' '.join(missing)} "
            f"(https://pytorch.org/get-started has the command for your driver), or name another interpreter than this Python "
            f"{platform.python_version()} in DROVER_PYTHON."
        )
    return [_import(name) for name in names]


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise SetupProblem(
            f"{type(error).__name__}: {error}. {name} is installed for {sys.executable}, but cannot be loaded. "
            f"Install it again: {sys.executable} -m pip install --force-reinstall {name}"
        ) from error


def pick_device(torch: Any, name: str) -> Any:
    """Return the device of a name such as cuda:0, mps or cpu. Raises SetupProblem with the reason why PyTorch cannot use it."""
    kind = name.split(":")[0]
    if kind == "cpu":
        # Workers on CPU slots share the processors; PyTorch would start a thread per processor in each worker.
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // int(os.environ.get("WORLD_SIZE", "1"))))
    if kind == "cuda" and not torch.cuda.is_available():
        raise SetupProblem(_why_no_cuda(torch))
    if kind == "mps" and not torch.backends.mps.is_available():
        raise SetupProblem(
            f"PyTorch {torch.__version__} cannot use this Mac's GPU. Install a newer PyTorch, or run with --devices cpu:1."
        )
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except Exception as error:
        if ran_out_of_memory(error):
            raise SetupProblem(
                f"{error}. The device has no free memory at all. End what else uses it; nvidia-smi shows it."
            ) from error
        raise SetupProblem(f"{type(error).__name__}: {error}. PyTorch {torch.__version__} cannot use the device {name}.") from error
    return device


def _why_no_cuda(torch: Any) -> str:
    if torch.version.cuda is None and getattr(torch.version, "hip", None) is None:
        return (
            f"PyTorch {torch.__version__} of {sys.executable} was built without CUDA, so it cannot use the GPU. Install a build with CUDA "
            "(https://pytorch.org/get-started has the command), or run on processors with --devices cpu:4."
        )
    try:
        torch.cuda.init()
        reason = "it sees no device"
    except Exception as error:
        reason = str(error).strip()
    mask = os.environ.get("CUDA_VISIBLE_DEVICES")
    return (
        f"PyTorch {torch.__version__} (CUDA {torch.version.cuda}) cannot use the GPU: {reason} "
        f"CUDA_VISIBLE_DEVICES is {mask!r}. If the driver is too old, update it or install a PyTorch for an older CUDA "
        '(https://pytorch.org/get-started/previous-versions); "drover doctor" shows both versions.'
    )


def pick_precision(torch: Any, device: Any, wanted: str) -> str:
    """Return fp32, bf16 or fp16. `auto`: bf16 when the GPU supports it, fp16 on older GPUs, fp32 otherwise."""
    if wanted != "auto":
        return wanted
    if device.type != "cuda":
        return "fp32"
    # Emulated bf16 is slower than fp16; in some versions is_bf16_supported() includes it.
    return "bf16" if torch.cuda.get_device_capability(device)[0] >= 8 or getattr(torch.version, "hip", None) else "fp16"


def type_of(torch: Any, precision: str) -> Any:
    """Return PyTorch's type of a precision."""
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]


def check_memory(torch: Any, device: Any, folder: ModelFolder, precision: str) -> None:
    """Raise SetupProblem before loading when the weights alone need more than the device has free."""
    free = free_memory(torch, device)
    needed = folder.parameters * PRECISION_BYTES[precision]
    if free is None or needed <= free:
        return
    place = "The device" if device.type != "cpu" else "This machine"
    advice = "a smaller model" if precision != "fp32" else "a smaller model, or the precision bf16 or fp16"
    raise SetupProblem(
        f"{place} has too little memory: the weights of {folder.path} need {needed / GIB:.1f} GiB in {precision}, "
        f"{free / GIB:.1f} GiB are free. Take {advice}, or end what else uses the memory."
    )


def free_memory(torch: Any, device: Any) -> int | None:
    """Return the free bytes of a device, or None when they are unknown."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    if device.type != "cpu":
        return None
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            values = dict(line.split(":", 1) for line in file)
        return int(values["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means too little memory, in the wording of any PyTorch since 1.10 and any device."""
    if type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in OUT_OF_MEMORY_WORDS)


def device_is_broken(error: BaseException) -> bool:
    """Whether the process cannot use its device any more: after such an error every call fails until a new process starts."""
    text = str(error)
    return type(error).__name__ == "AcceleratorError" or "CUDA error:" in text or "HIP error:" in text


def give_memory_back(torch: Any, device: Any) -> None:
    """Release the memory that PyTorch caches, so that a smaller batch finds it in one piece."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
