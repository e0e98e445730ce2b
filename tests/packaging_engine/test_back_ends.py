"""What each back end asks of CMake and of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_libraries.back_ends import BACK_ENDS, BackEnd, vulkan_headers_version
from setup_skald.host import Answer
from tests.setup.fake_host import FakeHost

CORE = """
#define VK_MAKE_API_VERSION(variant, major, minor, patch) ((uint32_t)(patch))
#define VK_HEADER_VERSION 309
#define VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION(0, 1, {minor}, VK_HEADER_VERSION)
"""


def leave_headers(sdk: Path, minor: int) -> None:
    core = sdk / "include" / "vulkan" / "vulkan_core.h"
    core.parent.mkdir(parents=True, exist_ok=True)
    core.write_text(CORE.replace("{minor}", str(minor)), encoding="utf-8")


@pytest.mark.parametrize("back_end", BACK_ENDS.values(), ids=lambda back_end: back_end.name)
def test_every_build_is_portable(back_end: BackEnd) -> None:
    options = back_end.cmake_options("linux")
    assert {"-DGGML_NATIVE=OFF", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON"} <= set(options)
    assert "-DCMAKE_INSTALL_RPATH=$ORIGIN" in options
    assert len({option.split("=")[0] for option in options}) == len(options)


def test_a_mac_finds_libraries_beside_each_other_in_its_own_way() -> None:
    assert "-DCMAKE_INSTALL_RPATH=@loader_path" in BACK_ENDS["metal"].cmake_options("darwin")


def test_one_processor_alone() -> None:
    options = BACK_ENDS["cpu"].cmake_options("linux", every_processor=False)
    assert "-DGGML_CPU_ALL_VARIANTS=OFF" in options
    assert "-DGGML_CPU_ALL_VARIANTS=ON" not in options


def test_vulkan_needs_its_compiler_and_new_headers(
    host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        return "; ".join(item.what for item in BACK_ENDS["vulkan"].missing(host))

    monkeypatch.setenv("VULKAN_SDK", str(tmp_path))
    assert "glslc" in missing()
    assert "libvulkan-dev" in missing()
    host.commands.add("glslc")
    leave_headers(tmp_path, 3)
    assert missing() == "newer headers of Vulkan: these are 1.3, 1.4 are needed"
    leave_headers(tmp_path, 4)
    assert vulkan_headers_version(tmp_path / "include") == (1, 4)
    assert missing() == ""


def test_an_sdk_brings_its_own_compiler_of_shaders(
    host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VULKAN_SDK", str(tmp_path))
    leave_headers(tmp_path, 4)
    host.files.add(f"{tmp_path}/bin/glslc")
    assert list(BACK_ENDS["vulkan"].missing(host)) == []


def test_cuda_and_metal_need_the_maker_s_compiler(host: FakeHost) -> None:
    assert [item.what for item in BACK_ENDS["cuda"].missing(host)] == ["CUDA's compiler nvcc"]
    host.commands.add("nvcc")
    assert list(BACK_ENDS["cuda"].missing(host)) == []
    host.answers["xcrun"] = Answer(1, "")
    assert [item.what for item in BACK_ENDS["metal"].missing(host)] == ["Apple's compiler"]


def test_windows_needs_the_prompt_that_knows_the_compiler(host: FakeHost) -> None:
    host.system_name = "win32"
    (missing,) = BACK_ENDS["cpu"].missing(host)
    assert "Native Tools" in missing.remedy
    host.commands.add("cl")
    assert list(BACK_ENDS["cpu"].missing(host)) == []
