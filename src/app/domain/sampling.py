"""The one table of what sampling parameters may be, the presets, and what a model file recommends.

Settings, command line, inspector and database all ask here, so that a value is good everywhere or nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from app.domain.generation import LogitBias, SamplingParameters

LONGEST_RULES: Final = 65_536
"""The longest grammar or JSON schema, in characters."""

MOST_BIASES: Final = 64
LONGEST_BIASED: Final = 200
"""The longest text that may have a bias, in characters."""

STRONGEST_BIAS: Final = 100.0
HIGHEST_SEED: Final = 2**32 - 2
"""llama.cpp's own value for "draw one" is one more."""


@dataclass(frozen=True)
class Range:
    """What one number may be. A slider goes up by ``step`` between the ends of ``shown``; ``off`` switches it off."""

    lowest: float
    highest: float
    step: float
    off: float | None = None
    shown: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of a slider."""
        return self.shown or (self.lowest, self.highest)


RANGES: Final[dict[str, Range]] = {
    "temperature": Range(0.0, 5.0, 0.05, shown=(0.0, 2.0)),
    "top_p": Range(0.0, 1.0, 0.01, off=1.0),
    "min_p": Range(0.0, 1.0, 0.01, off=0.0),
    "top_k": Range(0, 1_000, 1, off=0),
    "repeat_penalty": Range(0.5, 2.0, 0.01, off=1.0),
    "frequency_penalty": Range(-2.0, 2.0, 0.05, off=0.0),
    "presence_penalty": Range(-2.0, 2.0, 0.05, off=0.0),
    "repeat_last_n": Range(0, 32_768, 16, off=0),
    "dry_multiplier": Range(0.0, 5.0, 0.05, off=0.0),
    "dry_base": Range(1.0, 4.0, 0.05),
    "dry_allowed_length": Range(1, 64, 1),
    "dry_penalty_last_n": Range(0, 32_768, 16, off=0),
    "top_n_sigma": Range(-1.0, 10.0, 0.1, off=0.0, shown=(0.0, 5.0)),
    "typical_p": Range(0.0, 1.0, 0.01, off=1.0),
    "xtc_probability": Range(0.0, 1.0, 0.05, off=0.0),
    "xtc_threshold": Range(0.0, 0.5, 0.01),
    "dynatemp_range": Range(0.0, 5.0, 0.05, off=0.0, shown=(0.0, 2.0)),
    "dynatemp_exponent": Range(0.1, 4.0, 0.1),
    "mirostat": Range(0, 2, 1, off=0),
    "mirostat_tau": Range(0.0, 20.0, 0.1, shown=(0.0, 10.0)),
    "mirostat_eta": Range(0.0, 1.0, 0.01),
}
"""Every number but the seed, in the order in which it is shown: what most people set first."""

PRESETS: Final[dict[str, SamplingParameters]] = {
    # what suits most models and most talk
    "balanced": SamplingParameters(),
    # surprising without falling apart: hot, but what is unlikely is cut, and DRY keeps it from going in circles
    "creative": SamplingParameters(temperature=1.1, top_k=100, top_p=0.98, min_p=0.03, dry_multiplier=0.8),
    # facts, code, extraction: among few good tokens mostly the best
    "precise": SamplingParameters(temperature=0.2, top_k=20, top_p=0.9, min_p=0.1),
    # always the likeliest token: the same reply each time
    "greedy": SamplingParameters(temperature=0.0),
}

_DEFAULTS: Final = SamplingParameters()
_NAMES: Final = tuple(entry.name for entry in fields(SamplingParameters))
_IS_WHOLE: Final = {name: isinstance(getattr(_DEFAULTS, name), int) for name in RANGES}

#: The keys of llama.cpp (``src/llama-arch.cpp``, ``common/common.cpp``); the order of samplers is always our own.
_RECOMMENDED: Final = {
    "general.sampling.temp": "temperature",
    "general.sampling.top_k": "top_k",
    "general.sampling.top_p": "top_p",
    "general.sampling.min_p": "min_p",
    "general.sampling.xtc_probability": "xtc_probability",
    "general.sampling.xtc_threshold": "xtc_threshold",
    "general.sampling.penalty_last_n": "repeat_last_n",
    "general.sampling.penalty_repeat": "repeat_penalty",
    "general.sampling.mirostat": "mirostat",
    "general.sampling.mirostat_tau": "mirostat_tau",
    "general.sampling.mirostat_eta": "mirostat_eta",
}


def is_whole(name: str) -> bool:
    """Tells whether a number of `RANGES` is a whole one."""
    return _IS_WHOLE[name]


def is_valid(name: str, value: object) -> bool:
    """Tells whether ``value`` is one that the field ``name`` of `SamplingParameters` may have. Raises KeyError."""
    match name:
        case "seed":
            return value is None or (type(value) is int and 0 <= value <= HIGHEST_SEED)
        case "grammar" | "json_schema":
            return isinstance(value, str) and len(value) <= LONGEST_RULES
        case "logit_bias":
            return isinstance(value, tuple) and len(value) <= MOST_BIASES and all(map(_is_bias, value))
    limits = RANGES[name]
    if type(value) is not int and (is_whole(name) or not isinstance(value, float)):
        return False
    return limits.lowest <= value <= limits.highest


def sampling_from(values: Mapping[str, Any]) -> SamplingParameters:
    """Returns what was stored as JSON; a value that is missing, unknown or cannot be is the default."""
    found = {name: values[name] for name in _NAMES if name in values}
    if "logit_bias" in found:
        found["logit_bias"] = _biases_from(found["logit_bias"])
    return SamplingParameters(**{name: value for name, value in found.items() if is_valid(name, value)})


def recommended_sampling(metadata: Mapping[str, object]) -> SamplingParameters | None:
    """Returns what the metadata of a GGUF recommends, None where it says nothing that can be used.

    The file holds 32-bit floats: they are read to the four digits that somebody wrote.
    """
    found: dict[str, int | float] = {}
    for key, name in _RECOMMENDED.items():
        value = metadata.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**31:
            found[name] = int(value) if is_whole(name) and value == int(value) else round(float(value), 4)
    good = {name: value for name, value in found.items() if is_valid(name, value)}
    return sampling_from(good) if good else None


def with_preset(sampling: SamplingParameters, preset: SamplingParameters) -> SamplingParameters:
    """Returns ``preset`` with the seed, the grammar and the biases of ``sampling``, which no preset touches."""
    kept = {name: getattr(sampling, name) for name in ("seed", "grammar", "json_schema", "logit_bias")}
    return replace(preset, **kept)


def bias_from_text(line: str) -> LogitBias | None:
    """Reads ``TEXT=N``, parted by the last equals sign; None where it is nothing of the kind."""
    text, _, amount = line.rpartition("=")
    try:
        bias = LogitBias(text, float(amount))
    except ValueError:
        return None
    return bias if _is_bias(bias) else None


def bias_text(bias: LogitBias) -> str:
    """Returns what `bias_from_text` reads."""
    return f"{bias.text}={bias.bias:g}"


def _is_bias(value: object) -> bool:
    return (
        isinstance(value, LogitBias)
        and 0 < len(value.text) <= LONGEST_BIASED
        and -STRONGEST_BIAS <= value.bias <= STRONGEST_BIAS
    )


def _biases_from(values: object) -> tuple[LogitBias, ...]:
    if not isinstance(values, list | tuple):
        return ()
    made = [_bias_from(entry) for entry in values[:MOST_BIASES]]
    return tuple(entry for entry in made if entry is not None)


def _bias_from(value: object) -> LogitBias | None:
    match value:
        case {"text": str(text), "bias": int() | float() as bias} if abs(bias) <= STRONGEST_BIAS:
            made = LogitBias(text, float(bias))
            return made if _is_bias(made) else None
    return None
