"""What each back end asks of CMake and of the machine that builds it.

Every build is portable: back ends are libraries of their own that ggml loads at the start, where one whose driver is
missing is passed over, and of the processor's variants the best that runs chooses itself. Source of the options:
``ggml/CMakeLists.txt`` and ``CMakeLists.txt`` of llama.cpp.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from setup_skald.checks import Missing
from setup_skald.host import Host

PORTABLE = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    # one file a library, without links to it by version; each finds the others beside itself, wherever that is
    "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON",
    "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
    # the libraries alone; automatic fit is in the one called common
    "-DLLAMA_BUILD_COMMON=ON",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_APP=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DGGML_NATIVE=OFF",
    "-DGGML_BACKEND_DL=ON",
)
EVERY_PROCESSOR = "-DGGML_CPU_ALL_VARIANTS=ON"
ONE_PROCESSOR = "-DGGML_CPU_ALL_VARIANTS=OFF"
"""On x86-64 the one with AVX2, FMA and F16C."""
TARGETS = ("llama", "llama-common")
"""Everything else that is wanted hangs on these."""

LEFT_OUT = frozenset({"ggml-cpu-sapphirerapids"})
"""WORKAROUND: with AMX llama.cpp ends with a fault at its first quantized batch; without this one the next best variant
is taken (https://github.com/ggml-org/llama.cpp/pull/26954)."""

OLDEST_VULKAN_HEADERS = (1, 4)
VULKAN_SDK = (
    "Install the Vulkan SDK, or let VULKAN_SDK name a folder with include/vulkan and share/cmake/SPIRV-Headers; "
    "on Debian 12 .ci/vulkan does it."
)
CUDA_TOOLKIT = "Install NVIDIA's CUDA toolkit, so that nvcc is a command."
COMMAND_LINE_TOOLS = "Run `xcode-select --install`."
WINDOWS_PROMPT = "Start from the “x64 Native Tools Command Prompt” of Visual Studio, which knows its compiler."


@dataclass(frozen=True)
class BackEnd:
    """One way to build: its options, the systems it is built on (`sys.platform`), the library that it is about."""

    name: str
    options: tuple[str, ...]
    systems: tuple[str, ...]
    library: str

    def cmake_options(self, system: str, *, every_processor: bool = True) -> tuple[str, ...]:
        """Returns all options of the build on ``system``."""
        beside = "@loader_path" if system == "darwin" else "$ORIGIN"
        processors = EVERY_PROCESSOR if every_processor else ONE_PROCESSOR
        return (*PORTABLE, f"-DCMAKE_INSTALL_RPATH={beside}", processors, *self.options)

    def missing(self, host: Host) -> Iterator[Missing]:
        """Yields what this back end misses on the machine, beside a compiler."""
        if host.system == "win32" and not host.which("cl"):
            yield Missing("Visual Studio's compiler", remedy=WINDOWS_PROMPT)
        if self.name == "vulkan":
            yield from _vulkan(host)
        if self.name == "cuda" and not host.which("nvcc"):
            yield Missing("CUDA's compiler nvcc", remedy=CUDA_TOOLKIT)
        if self.name == "metal" and host.ask(["xcrun", "--find", "clang"]).code:
            yield Missing("Apple's compiler", remedy=COMMAND_LINE_TOOLS)


# On a Mac Metal and Accelerate are on unless they are switched off; a processor's own kernels are faster than BLAS.
BACK_ENDS = {
    back_end.name: back_end
    for back_end in (
        BackEnd("cpu", ("-DGGML_METAL=OFF", "-DGGML_BLAS=OFF"), ("linux", "win32", "darwin"), "ggml-cpu"),
        BackEnd("vulkan", ("-DGGML_VULKAN=ON",), ("linux", "win32"), "ggml-vulkan"),
        BackEnd("cuda", ("-DGGML_CUDA=ON", "-DGGML_CUDA_NCCL=OFF"), ("linux", "win32"), "ggml-cuda"),
        BackEnd("metal", ("-DGGML_METAL=ON", "-DGGML_METAL_EMBED_LIBRARY=ON"), ("darwin",), "ggml-metal"),
    )
}


def vulkan_headers_version(folder: Path) -> tuple[int, int] | None:
    """Returns the version of the Vulkan headers below the include folder, None where there are none."""
    try:
        text = (folder / "vulkan" / "vulkan_core.h").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION\(\d+, (\d+), (\d+),", text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _vulkan(host: Host) -> Iterator[Missing]:
    sdk = os.environ.get("VULKAN_SDK", "")
    if not host.which("glslc") and not host.exists(f"{sdk}/bin/glslc"):
        yield Missing("the shader compiler glslc (package glslc)", ("glslc",), VULKAN_SDK)
    version = vulkan_headers_version(Path(sdk, "include") if sdk else Path("/usr/include"))
    if version is None:
        yield Missing("the headers of Vulkan (package libvulkan-dev)", ("libvulkan-dev", "spirv-headers"), VULKAN_SDK)
    elif version < OLDEST_VULKAN_HEADERS:
        here, wanted = (".".join(map(str, numbers)) for numbers in (version, OLDEST_VULKAN_HEADERS))
        yield Missing(f"newer headers of Vulkan: these are {here}, {wanted} are needed", remedy=VULKAN_SDK)
