"""Graphics: the GPU, its driver, and whether torch can use them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from segcore.doctor.child import Answer
from segcore.doctor.findings import Finding, Section, late
from segcore.doctor.machine import gigabytes
from segcore.installation import WITH_PYTHON, is_standalone, with_pip

_NVIDIA, _DISPLAY_CONTROLLER = "0x10de", "0x03"
_DRIVER_SECONDS = 15.0


def graphics(torch: Answer) -> Section:
    """Return driver and devices; ``torch`` is what the child said that loaded torch."""
    drivers = _nvidia_drivers()
    said = torch.facts
    devices = [f"{name}, {gigabytes(size)}, {arch}" for name, size, arch in said.get("devices", [])]
    facts = {
        "NVIDIA driver": "; ".join(drivers) or ("not loaded" if _has_nvidia_card() else "no NVIDIA card was seen"),
        "torch": _torch_words(torch),
        "torch's devices": "; ".join(devices) or ("Apple GPU (mps)" if said.get("mps") else "the processor only"),
    }
    if "bf16" in said:
        used = "fast here: used where it changes no labels" if said["bf16"] else "not faster here: float32 is used"
        facts["bfloat16"] = used
        facts["threads of torch"] = f"{said['threads']}, instructions {said['instructions']}"
    return Section("Graphics", facts, tuple(_findings(torch, drivers)))


def _findings(torch: Answer, drivers: list[str]) -> list[Finding]:
    said = torch.facts
    if torch.failure:
        return [late("torch", torch.failure) if torch.late else _no_torch(torch)]
    if said.get("available"):
        old = [name for name, _, arch in said["devices"] if not _built_for(arch, said["built_for"])]
        return [
            Finding(
                f"This torch has no program for the GPU {name}, which is too old or too new for it.", _other_torch()
            )
            for name in old
        ]
    if drivers and not said.get("cuda") and not said.get("hip"):
        return [
            Finding(
                f"There is a GPU ({drivers[0]}), but this torch is made for the processor only: work takes longer.",
                _other_torch(),
            )
        ]
    if drivers:
        told = " ".join(said.get("told", [])).strip()
        return [
            Finding(
                f"torch needs CUDA {said['cuda']} and cannot use the GPU ({drivers[0]}). {told[:300]}".strip(),
                "Update the NVIDIA driver and restart the machine; if CUDA_VISIBLE_DEVICES is set, unset it.",
            )
        ]
    if _has_nvidia_card():
        return [Finding("There is an NVIDIA card, but its driver is not loaded.", "Install NVIDIA's driver.")]
    return []


def _no_torch(torch: Answer) -> Finding:
    lines = [line for line in torch.errors.splitlines() if line.strip()]
    remedy = with_pip("install --force-reinstall torch torchvision")
    if sys.platform == "win32":
        remedy = f"Install the Microsoft Visual C++ Redistributable (x64). If it is there: {remedy}"
    said = f"{torch.failure}: {lines[-1][:300]}" if lines else torch.failure
    return Finding(f"torch cannot be loaded ({said}).", remedy, True)


def _other_torch() -> str:
    """Return how to get a torch that can use the GPU."""
    first = f"{WITH_PYTHON}; then " if is_standalone() else ""
    return (
        f"To use the GPU, {first}choose CUDA at https://pytorch.org/get-started/locally and run the command that it "
        "shows in Maskwright's environment."
    )


def _torch_words(torch: Answer) -> str:
    said = torch.facts
    if "version" not in said:
        return f"not loaded: {torch.failure or 'no answer'}"
    built = f"CUDA {said['cuda']}" if said["cuda"] else f"ROCm {said['hip']}" if said["hip"] else "the processor only"
    return f"{said['version']}, made for {built}"


def _built_for(arch: str, built: list[str]) -> bool:
    """Whether programs for one of the architectures run on ``arch``: an older one of the same generation does.

    NVIDIA's binary compatibility: code for sm_XY runs on sm_XZ, Z >= Y; code for compute_XY is compiled on newer ones.
    """
    number = int(arch.removeprefix("sm_"))
    for each in built:
        kind, _, digits = each.partition("_")
        least = int("".join(filter(str.isdigit, digits)) or 0)
        if least <= number and (kind == "compute" or least // 10 == number // 10):
            return True
    return not built


def _nvidia_drivers() -> list[str]:
    """Return name, driver and memory of each NVIDIA card, as its driver says; [] without one."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        done = subprocess.run(
            [program, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_DRIVER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    cards = [[part.strip() for part in line.split(",")] for line in done.stdout.splitlines()]
    return [f"{card[0]}, driver {card[1]}, {card[2]}" for card in cards if len(card) == 3]


def _has_nvidia_card() -> bool:
    """Whether Linux sees an NVIDIA display controller."""
    for device in Path("/sys/bus/pci/devices").glob("*"):
        try:
            vendor, kind = ((device / name).read_text(encoding="ascii") for name in ("vendor", "class"))
        except (OSError, ValueError):
            continue
        if vendor.startswith(_NVIDIA) and kind.startswith(_DISPLAY_CONTROLLER):
            return True
    return False
