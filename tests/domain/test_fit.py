"""The forecast: where a model runs, how its memory divides, and how fast it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fit import MIB, DeviceMemory, Fit, FitKind, Machine, Speed, forecast, speed_of
from app.domain.model_shape import ModelShape, cache_bytes, compute_bytes, estimated_shape

GIB = 1024 * MIB
#: Llama 3.1 8B at Q4_K_M.
EIGHT = ModelShape(4_920_739_232, 32, 32 * 8 * 256, 4 * 4096 + 3 * 14336, trained_context=131_072)
LAPTOP = Machine(free_bytes=9 * GIB, total_bytes=16 * GIB, bandwidth=40e9)


def gpu(free: int, *, is_shared: bool = False) -> DeviceMemory:
    return DeviceMemory("gpu", free * GIB, (free + 1) * GIB, is_shared)


def test_the_buffers_are_those_that_llama_cpp_told() -> None:
    two_layers = ModelShape(1, 2, 2 * 8 * 256, 4 * 4096 + 3 * 14336)
    assert cache_bytes(two_layers, 32_768) == 256 * MIB
    assert compute_bytes(two_layers, 32_768) == 148 * MIB
    assert compute_bytes(two_layers, 2048) == 118 * MIB
    assert cache_bytes(two_layers, 1) == cache_bytes(two_layers, 256)


def test_on_the_cpu() -> None:
    fit = forecast(EIGHT, LAPTOP)
    assert (fit.kind, fit.n_ctx, fit.gpu_layers, fit.layers) == (FitKind.CPU, 8192, 0, 32)
    assert (fit.memory.weights, fit.memory.cache) == (EIGHT.weight_bytes, GIB)
    assert fit.memory.used == EIGHT.weight_bytes + GIB + fit.memory.compute
    assert fit.memory.reserve == 512 * MIB
    assert fit.tokens_per_s == pytest.approx(28e9 / (EIGHT.weight_bytes + GIB / 2))
    assert (fit.speed, fit.is_estimated) == (Speed.SLOW, False)


def test_free_memory_counts_and_what_is_unloaded() -> None:
    crowded = replace(LAPTOP, free_bytes=4 * GIB)
    fit = forecast(EIGHT, crowded)
    assert fit.kind is FitKind.TOO_BIG
    assert fit.missing_bytes == fit.memory.used + fit.memory.reserve - 4 * GIB
    assert (fit.tokens_per_s, fit.speed) == (None, None)
    assert forecast(EIGHT, crowded, unloaded_bytes=fit.missing_bytes).kind is FitKind.CPU
    assert forecast(EIGHT, crowded, unloaded_bytes=fit.missing_bytes - 1).kind is FitKind.TOO_BIG


def test_the_context() -> None:
    assert forecast(replace(EIGHT, trained_context=2048), LAPTOP).n_ctx == 2048
    assert forecast(replace(EIGHT, trained_context=0), LAPTOP).n_ctx == 8192
    assert forecast(EIGHT, LAPTOP, n_ctx=32_768).memory.cache == 4 * GIB
    assert forecast(EIGHT, LAPTOP, n_ctx=131_072).kind is FitKind.TOO_BIG


def test_on_the_gpu() -> None:
    fit = forecast(EIGHT, replace(LAPTOP, free_bytes=2 * GIB, devices=(gpu(8),)))
    assert (fit.kind, fit.gpu_layers, fit.tokens_per_s) == (FitKind.GPU, 32, None)
    assert fit.memory.reserve == GIB
    two = replace(LAPTOP, devices=(gpu(4), gpu(4)))
    assert forecast(EIGHT, two).kind is FitKind.GPU
    assert forecast(EIGHT, replace(LAPTOP, devices=(gpu(5),)), unloaded_device_bytes=3 * GIB).kind is FitKind.GPU


def test_partly_on_the_gpu() -> None:
    fit = forecast(EIGHT, replace(LAPTOP, devices=(gpu(4),)))
    assert fit.kind is FitKind.PARTLY
    assert 12 <= fit.gpu_layers <= 20
    alone = forecast(EIGHT, LAPTOP)
    assert fit.tokens_per_s is not None
    assert alone.tokens_per_s is not None
    assert fit.tokens_per_s > alone.tokens_per_s
    together = forecast(EIGHT, Machine(4 * GIB, 8 * GIB, (gpu(4),)))
    assert (together.kind, together.speed) == (FitKind.PARTLY, None), "what fits neither alone may fit both together"


def test_a_gpu_that_shares_the_memory_brings_none() -> None:
    shared = gpu(12, is_shared=True)
    assert forecast(EIGHT, replace(LAPTOP, devices=(shared,))).kind is FitKind.GPU
    assert forecast(EIGHT, Machine(4 * GIB, 16 * GIB, (shared,))).kind is FitKind.TOO_BIG
    assert forecast(EIGHT, replace(LAPTOP, devices=(gpu(4, is_shared=True),))).kind is FitKind.PARTLY


def test_experts_are_read_in_part() -> None:
    dense, sparse = forecast(EIGHT, LAPTOP), forecast(replace(EIGHT, read_bytes=EIGHT.weight_bytes // 4), LAPTOP)
    assert dense.tokens_per_s is not None
    assert sparse.tokens_per_s is not None
    assert sparse.tokens_per_s > 2 * dense.tokens_per_s
    assert sparse.memory == dense.memory


@pytest.mark.parametrize(
    ("pace", "speed"),
    [(50, Speed.FAST), (15.9, Speed.FAST), (15, Speed.GOOD), (5.3, Speed.GOOD), (5, Speed.SLOW), (1, Speed.VERY_SLOW)],
)
def test_speeds(pace: float, speed: Speed) -> None:
    assert speed_of(pace) is speed


@pytest.mark.parametrize(
    ("billions", "layers", "cache"),
    [(0.494, 24, 24 * 2 * 128), (1.54, 28, 28 * 2 * 256), (3.21, 28, 28 * 8 * 256), (4.02, 36, 36 * 8 * 256),
     (8.03, 32, 32 * 8 * 256), (14.8, 40, 40 * 8 * 256)],
)  # fmt: skip
def test_estimates_beside_real_shapes(billions: float, layers: int, cache: int) -> None:
    shape = estimated_shape(1 << 30, round(billions * 1e9))
    assert shape.is_estimated
    assert shape.layers == pytest.approx(layers, rel=0.2)
    assert shape.cache_numbers > 0.8 * cache
    assert forecast(shape, LAPTOP).is_estimated


def test_a_size_alone() -> None:
    assert estimated_shape(5_000_000_000, 0) == estimated_shape(5_000_000_000, 8_000_000_000)
    assert estimated_shape(0, 0).layers >= 2


SIZES = st.integers(0, 64 * GIB)
DEVICES = st.lists(st.builds(DeviceMemory, st.just("gpu"), SIZES, SIZES, st.booleans()), max_size=3).map(tuple)
MACHINES = st.builds(Machine, SIZES, SIZES, DEVICES, st.floats(0, 1e12))
SHAPES = st.builds(
    ModelShape, SIZES, st.integers(1, 512), st.integers(1, 1 << 22), st.integers(1, 1 << 22), SIZES,
    st.integers(0, 1 << 20), st.booleans(),
)  # fmt: skip


@given(SHAPES, MACHINES, st.integers(0, 1 << 20))
def test_every_forecast_is_consistent(shape: ModelShape, machine: Machine, n_ctx: int) -> None:
    fit = forecast(shape, machine, n_ctx=n_ctx)
    assert fit.is_estimated == shape.is_estimated
    assert fit.n_ctx > 0
    assert min(fit.memory.weights, fit.memory.cache, fit.memory.compute, fit.memory.reserve) >= 0
    assert (fit.kind is FitKind.TOO_BIG) == (fit.missing_bytes > 0)
    on_gpu = {FitKind.GPU: fit.gpu_layers == shape.layers, FitKind.PARTLY: 0 < fit.gpu_layers < shape.layers}
    assert on_gpu.get(fit.kind, fit.gpu_layers == 0)
    assert (fit.tokens_per_s is None) == (fit.speed is None)


@given(SHAPES, MACHINES, SIZES)
def test_more_memory_never_hurts(shape: ModelShape, machine: Machine, more: int) -> None:
    order = [FitKind.TOO_BIG, FitKind.CPU, FitKind.PARTLY, FitKind.GPU]

    def rank(fit: Fit) -> int:
        return order.index(fit.kind)

    before, after = forecast(shape, machine), forecast(shape, machine, unloaded_bytes=more)
    assert rank(after) >= rank(before)
