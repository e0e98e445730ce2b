"""The steps of a build, by a machine that leaves what CMake and pip would leave."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from engine_libraries.back_ends import BACK_ENDS
from engine_libraries.build import Workshop, build, provide
from setup_skald.failure import SetupError
from setup_skald.host import Answer
from tests.setup.fake_host import FakeHost

CPU = ("libllama.so", "libllama-common.so", "libggml.so", "libggml-base.so", "libggml-cpu-haswell.so")
AMX = "libggml-cpu-sapphirerapids.so"


class Builder:
    """Does what the commands do: pip download, cmake's tar, cmake --build."""

    def __init__(self, host: FakeHost, libraries: tuple[str, ...]) -> None:
        self.libraries = libraries
        host.on_follow = self.do
        host.answers["python"] = host.answers["python3"] = Answer(0, "a warning\n" + json.dumps(["CPU"]))

    def do(self, command: list[str]) -> None:
        if "download" in command:
            folder = Path(command[command.index("--dest") + 1])
            with tarfile.open(folder / "llama_cpp_python-0.tar.gz", "w:gz"):
                pass
        if "xzf" in command:
            source = Path(command[3]) / "llama_cpp_python-0" / "vendor" / "llama.cpp"
            (source / "licenses").mkdir(parents=True)
            (source / "CMakeLists.txt").touch()
            (source / "LICENSE").write_text("MIT", encoding="utf-8")
            (source / "licenses" / "LICENSE-json").write_text("MIT", encoding="utf-8")
        if "--build" in command:
            binaries = Path(command[command.index("--build") + 1]) / "bin"
            binaries.mkdir(parents=True)
            for name in (*self.libraries, "a-tool"):
                (binaries / name).touch()


def test_a_folder_of_libraries_and_licences(
    shop: Workshop, host: FakeHost, terminal: io.StringIO, tmp_path: Path
) -> None:
    Builder(host, (*CPU, AMX))
    build(shop, BACK_ENDS["cpu"], tmp_path / "out")
    licences = {"llama.cpp-LICENSE", "llama.cpp-LICENSE-json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*CPU, *licences}
    assert not (tmp_path / "out.build").exists()
    assert "it lists: CPU." in terminal.getvalue()


def test_the_source_is_the_pinned_one_and_only_the_libraries_are_built(
    shop: Workshop, host: FakeHost, tmp_path: Path
) -> None:
    Builder(host, CPU)
    build(shop, BACK_ENDS["cpu"], tmp_path / "out")
    tools, source, _, configure, compile_all = host.followed
    assert all("--require-hashes" in command for command in (tools, source))
    assert source[-1] == str(shop.places.requirements("engine"))
    assert "-DGGML_CPU_ALL_VARIANTS=ON" in configure
    assert compile_all[-3:] == ["--target", "llama", "llama-common"]


def test_a_build_without_its_back_end_is_no_build(shop: Workshop, host: FakeHost, tmp_path: Path) -> None:
    Builder(host, CPU)
    host.commands.add("nvcc")
    with pytest.raises(SetupError, match="left out ggml-cuda"):
        build(shop, BACK_ENDS["cuda"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_libraries_that_do_not_load_are_no_build(shop: Workshop, host: FakeHost, tmp_path: Path) -> None:
    Builder(host, CPU)
    host.answers["python"] = host.answers["python3"] = Answer(1, "libgomp.so.1: cannot open")
    with pytest.raises(SetupError, match="cannot open"):
        build(shop, BACK_ENDS["cpu"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_not_touched(shop: Workshop, host: FakeHost, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="exists already"):
        build(shop, BACK_ENDS["cpu"], tmp_path)
    assert host.followed == []


def test_a_back_end_of_another_system(shop: Workshop) -> None:
    with pytest.raises(SetupError, match="metal is built on darwin, this is linux"):
        provide(shop, BACK_ENDS["metal"])


def test_a_missing_compiler_is_told_with_its_package(shop: Workshop, host: FakeHost) -> None:
    host.commands -= {"c++"}
    with pytest.raises(SetupError, match=r"apt-get install .* g\+\+"):
        provide(shop, BACK_ENDS["cpu"])
