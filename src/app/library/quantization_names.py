"""Reads the quantization from the name of a model file, and ranks the quantizations by their bits a weight."""

from __future__ import annotations

import re
from typing import Final

#: Bits a weight of whole files, measured on Llama 3.1 8B:
#: https://github.com/ggml-org/llama.cpp/blob/master/tools/quantize/README.md
BITS: Final = {
    "IQ1_S": 2.0042, "IQ1_M": 2.1460, "IQ2_XXS": 2.3824, "IQ2_XS": 2.5882, "IQ2_S": 2.7403, "IQ2_M": 2.9294,
    "IQ3_XXS": 3.2548, "IQ3_XS": 3.4977, "IQ3_S": 3.6606, "IQ3_M": 3.7628, "IQ4_XS": 4.4597, "IQ4_NL": 4.6818,
    "Q2_K_S": 2.9697, "Q2_K": 3.1593, "Q3_K_S": 3.6429, "Q3_K_M": 3.9960, "Q3_K_L": 4.2979, "Q4_0": 4.6505,
    "Q4_1": 5.1180, "Q4_K_S": 4.6672, "Q4_K_M": 4.8944, "Q5_0": 5.5704, "Q5_1": 6.0379, "Q5_K_S": 5.5704,
    "Q5_K_M": 5.7036, "Q6_K": 6.5633, "Q8_0": 8.5008, "BF16": 16.0, "F16": 16.0, "F32": 32.0,
    "MXFP4": 4.25, "NVFP4": 4.5, "TQ1_0": 1.6875, "TQ2_0": 2.0625,
}  # fmt: skip
FLOATS: Final = frozenset({"F16", "BF16", "F32"})
#: The quantizations that a person is best served with, the best first.
PREFERRED: Final = ("Q4_K_M", "Q4_K_S", "IQ4_XS", "UD-Q4_K_XL", "Q4_0")
BEST_BITS: Final = (4.5, 5.0)

_SIZE: Final = "(?:XXS|XS|S|M|L|XL|XXL)"
_QUANTIZATION: Final = re.compile(
    rf"(?<![A-Z0-9])(?:UD[-_])?(?:"
    rf"I?Q[1-8](?:_K_{_SIZE}|_K|_NL|_{_SIZE}|_[01](?:_[48]_[48])?)?"
    r"|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4|BF16|FP?16|FP?32)(?![A-Z0-9])",
    re.IGNORECASE,
)


def split_quantization(stem: str) -> tuple[str, str]:
    """Returns what stands before the quantization in a file's name, and the quantization; it is "" where none is told.

    The last one counts, so that ``a-BF16-trained.q4_k_m`` is ``Q4_K_M``.
    """
    found = None
    for found in _QUANTIZATION.finditer(stem):  # noqa: B007  # the last one is meant
        pass
    if found is None:
        return stem, ""
    return stem[: found.start()].rstrip("-_. "), _canonical(found.group())


def bits_per_weight(quantization: str) -> float:
    """Returns about how many bits a weight takes; infinity for what is no quantization."""
    name = quantization.upper().removeprefix("UD-").removesuffix("_MOE")
    digits = re.match(r"I?Q([1-8])", name)
    return BITS.get(name) or (int(digits.group(1)) + 0.75 if digits else float("inf"))


def preference(quantization: str) -> tuple[int, float]:
    """Returns what sorts quantizations, the one to recommend first: `PREFERRED`, then the nearest to `BEST_BITS`."""
    name = quantization.upper()
    if name in PREFERRED:
        return PREFERRED.index(name), 0.0
    bits, (lowest, highest) = bits_per_weight(name), BEST_BITS
    return len(PREFERRED), max(lowest - bits, bits - highest, 0.0)


def _canonical(name: str) -> str:
    return re.sub(r"^UD_", "UD-", name.upper()).replace("FP16", "F16").replace("FP32", "F32")
