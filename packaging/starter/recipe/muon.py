"""Muon: momentum whose update is made orthogonal, for the matrices inside the layers.

After Keller Jordan, "Muon: an optimizer for hidden layers in neural networks" (2024), with his
coefficients of the Newton-Schulz iteration.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


class Muon:
    """Updates matrices in place from their gradients."""

    def __init__(self, matrices: list[nn.Parameter], momentum: float = 0.95, decay: float = 0.01) -> None:
        self._matrices = matrices
        self._momentum = momentum
        self._decay = decay
        self._velocity = [torch.zeros_like(matrix) for matrix in matrices]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Take one step with this learning rate."""
        for matrix, velocity in zip(self._matrices, self._velocity, strict=True):
            if matrix.grad is None:
                continue
            velocity.lerp_(matrix.grad, 1 - self._momentum)
            direction = orthogonal(matrix.grad.lerp(velocity, self._momentum))
            tall = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - rate * self._decay).add_(direction, alpha=-rate * tall)


def orthogonal(gradient: Tensor, steps: int = 5) -> Tensor:
    """Return nearly the closest orthogonal matrix, by the Newton-Schulz iteration.

    In 32 bits: without bfloat16 units in the processor, 16 bits are twenty times slower.
    """
    first, second, third = _COEFFICIENTS
    matrix: Tensor = gradient
    is_tall = matrix.shape[0] > matrix.shape[1]
    if is_tall:
        matrix = matrix.T
    matrix = matrix / (torch.linalg.matrix_norm(matrix) + 1e-7)
    for _ in range(steps):
        square = matrix @ matrix.T
        matrix = first * matrix + (second * square + third * square @ square) @ matrix
    return matrix.T if is_tall else matrix
