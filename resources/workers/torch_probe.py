"""Prints as one JSON object the devices that PyTorch sees in this environment. Always ends with 0: an error is in the field `error`."""

from __future__ import annotations

import json
import platform
import sys
from typing import Any


def probe() -> dict[str, Any]:
    """What PyTorch sees; unknown fields are null."""
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "executable": sys.executable,
        "torch": None,
        "transformers": _version_of("transformers"),
        "cuda_available": False,
        "cuda_version": None,
        "mps_available": False,
        "devices": [],
        "error": None,
    }
    try:
        _ask_torch(found)
    except ModuleNotFoundError as error:
        missing = error.name or "torch"
        install = (
            f"Install it: {sys.executable} -m pip install torch (https://pytorch.org/get-started has the command for your driver)."
        )
        found["error"] = (
            f"ModuleNotFoundError: No module named '{missing}'. PyTorch is not installed for {sys.executable}. {install}"
        )
    except Exception as error:
        found["error"] = f"{type(error).__name__}: {error}"
    return found


def _ask_torch(found: dict[str, Any]) -> None:
    import torch

    found["torch"] = torch.__version__
    found["cuda_version"] = torch.version.cuda or getattr(torch.version, "hip", None)
    found["mps_available"] = bool(getattr(torch.backends, "mps", None) and torch.backends.mps.is_available())
    found["cuda_available"] = torch.cuda.is_available()
    if found["cuda_available"]:
        found["devices"] = [_describe(torch, index) for index in range(torch.cuda.device_count())]
    elif found["cuda_version"] is not None:
        # Makes PyTorch report the reason: no driver, one that is too old, or none of the devices.
        torch.cuda.init()


def _describe(torch: Any, index: int) -> dict[str, Any]:
    properties = torch.cuda.get_device_properties(index)
    uuid = getattr(properties, "uuid", None)
    return {
        "index": index,
        "name": properties.name,
        "uuid": None if uuid is None else f"GPU-{uuid}",
        "total_memory": properties.total_memory,
        "capability": f"{properties.major}.{properties.minor}",
    }


def _version_of(package: str) -> str | None:
    try:
        from importlib.metadata import version

        return version(package)
    except Exception:
        return None


if __name__ == "__main__":
    print(json.dumps(probe()))
