"""The quantization as the names of real files tell it."""

from __future__ import annotations

import pytest

from app.library.quantization_names import BITS, PREFERRED, bits_per_weight, preference, split_quantization


@pytest.mark.parametrize(
    ("stem", "base", "quantization"),
    [
        ("qwen2.5-1.5b-instruct-q4_k_m", "qwen2.5-1.5b-instruct", "Q4_K_M"),
        ("Llama-3.2-3B-Instruct-IQ4_XS", "Llama-3.2-3B-Instruct", "IQ4_XS"),
        ("Qwen3-4B-UD-Q4_K_XL", "Qwen3-4B", "UD-Q4_K_XL"),
        ("gpt-oss-20b-mxfp4", "gpt-oss-20b", "MXFP4"),
        ("gpt-oss-20b-MXFP4_MOE", "gpt-oss-20b", "MXFP4_MOE"),
        ("model.Q4_K_M", "model", "Q4_K_M"),
        ("gemma-3-4b-it-f16", "gemma-3-4b-it", "F16"),
        ("qwen2.5-fp16", "qwen2.5", "F16"),
        ("a-BF16", "a", "BF16"),
        ("Qwen3-0.6B-bf16-trained.Q8_0", "Qwen3-0.6B-bf16-trained", "Q8_0"),
        ("Phi-3-mini-4k-instruct-q4", "Phi-3-mini-4k-instruct", "Q4"),
        ("model.i1-IQ3_XXS", "model.i1", "IQ3_XXS"),
        ("gemma-2-2b-it-Q4_K_M_imat", "gemma-2-2b-it", "Q4_K_M"),
        ("phi-4-Q4_0_4_8", "phi-4", "Q4_0_4_8"),
        ("llama3.2:3b-instruct-q6_K", "llama3.2:3b-instruct", "Q6_K"),
        ("a-TQ1_0", "a", "TQ1_0"),
        ("Q4_K_M", "", "Q4_K_M"),
        ("FAQ4-model", "FAQ4-model", ""),
        ("model", "model", ""),
        ("IQ4-NLP", "", "IQ4"),
        ("", "", ""),
    ],
)
def test_names_of_files(stem: str, base: str, quantization: str) -> None:
    assert split_quantization(stem) == (base, quantization)


def test_bits() -> None:
    assert bits_per_weight("Q4_K_M") == bits_per_weight("UD-Q4_K_M") == BITS["Q4_K_M"]
    assert bits_per_weight("MXFP4_MOE") == 4.25
    assert 4 < bits_per_weight("Q4_K_XL") < 5
    assert bits_per_weight("") == float("inf")


def test_four_bits_come_first_then_what_is_nearest() -> None:
    shuffled = ["F16", "Q2_K", "Q8_0", "Q4_0", "IQ4_NL", "UD-Q4_K_XL", "Q4_K_S", "Q5_K_M", "IQ4_XS", "Q4_K_M", ""]
    ordered = sorted(shuffled, key=preference)
    assert tuple(ordered[:5]) == PREFERRED
    assert ordered[5:8] == ["IQ4_NL", "Q5_K_M", "Q2_K"]
    assert ordered[-1] == ""
