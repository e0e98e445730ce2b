"""Makes a load smaller when memory was short, step by step: layers on GPUs first, then the batch, then the context."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.errors import AppError, ContextTooBig, EngineDied, EngineHung, OutOfMemory
from app.domain.language_model import LoadRequest
from app.domain.load_memory import Reduced, Reduction
from app.domain.load_options import CPU
from app.domain.model_shape import SMALLEST_CONTEXT
from app.engine.wire import LoadPlanned

MOST_STEPS: Final = 4
SMALL_BATCH: Final = 64


@dataclass
class StepDown:
    """The requests of one load. ``request`` is the next one to try, ``reductions`` what it is smaller by.

    ``is_within_fit``, ``plan`` and ``has_weights`` tell how far the load under way has come; ``is_fitting`` whether
    llama.cpp's own fitting may be used.
    """

    request: LoadRequest
    plan: LoadPlanned | None = None
    has_weights: bool = False
    is_fitting: bool = True
    is_within_fit: bool = False
    _wanted: dict[Reduced, int] = field(default_factory=dict)
    _given: dict[Reduced, int] = field(default_factory=dict)
    _steps: int = 0

    @property
    def reductions(self) -> tuple[Reduction, ...]:
        """What was made smaller so far."""
        return tuple(Reduction(what, self._wanted[what], given) for what, given in self._given.items())

    def can_follow(self, error: AppError) -> bool:
        """Takes the next step after a load that failed; returns False where none is left that could help.

        A process that died while it loaded onto a GPU, or while it made its context, is taken for one without memory:
        drivers do that, llama.cpp's asserts (``ctx->mem_buffer != NULL``), and the system's OOM killer.
        """
        plan, self.plan = self.plan, None
        is_of_context = isinstance(error, ContextTooBig) or (self.has_weights and isinstance(error, EngineDied))
        self.has_weights = False
        if self.is_within_fit and isinstance(error, (EngineDied, EngineHung)):
            self.is_fitting = self.is_within_fit = False
            return True
        if plan is None or self._steps >= MOST_STEPS:
            return False
        self._steps += 1
        if plan.gpus and isinstance(error, (OutOfMemory, EngineDied)):
            self._fewer_layers(plan)
            return True
        return is_of_context and (self._smaller_batch(plan) or self._smaller_context(plan))

    def _fewer_layers(self, plan: LoadPlanned) -> None:
        """Half of the layers, twice; then none, and the GPU is not touched."""
        layers = plan.n_gpu_layers
        total = self.request.shape.layers + 1 if self.request.shape else 0
        if layers < 0 or layers > total > 0:
            layers = total
        fewer = layers // 2 if self._steps < 3 else 0
        self._note(Reduced.LAYERS, layers, fewer)
        self.request = replace(self.request, n_gpu_layers=fewer)
        if not fewer:
            self.request = replace(self.request, options=replace(self.request.options, device=CPU))

    def _smaller_batch(self, plan: LoadPlanned) -> bool:
        if plan.n_batch <= SMALL_BATCH:
            return False
        self._note(Reduced.BATCH, plan.n_batch, SMALL_BATCH)
        options = replace(self.request.options, n_batch=SMALL_BATCH, n_ubatch=SMALL_BATCH)
        self.request = replace(self.request, options=options)
        return True

    def _smaller_context(self, plan: LoadPlanned) -> bool:
        """Half of the context where the person did not ask for it."""
        is_asked = self.request.n_ctx > 0 and Reduced.CONTEXT not in self._given
        if is_asked or plan.n_ctx // 2 < SMALLEST_CONTEXT:
            return False
        self._note(Reduced.CONTEXT, plan.n_ctx, plan.n_ctx // 2)
        self.request = replace(self.request, n_ctx=plan.n_ctx // 2)
        return True

    def _note(self, what: Reduced, wanted: int, given: int) -> None:
        self._wanted.setdefault(what, wanted)
        self._given[what] = given
