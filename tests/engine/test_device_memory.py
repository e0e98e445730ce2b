"""Which layers keep their keys and values on a GPU; what a GPU itself answers is in `test_gpu_devices`."""

from __future__ import annotations

import pytest

from app.engine.device_memory import layers_on_gpu


@pytest.mark.parametrize(
    ("n_gpu_layers", "layers"),
    [(-1, 3), (0, 0), (1, 0), (2, 1), (4, 3), (99, 3)],
)
def test_the_output_layer_goes_first_and_keeps_nothing(n_gpu_layers: int, layers: int) -> None:
    assert layers_on_gpu(3, n_gpu_layers) == layers
