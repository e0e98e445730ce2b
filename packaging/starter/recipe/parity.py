"""Compares PyTorch and llama.cpp on the same 16-bit file: equal tokens, nearly equal logits, equal choices.

python -m recipe.parity starter-f16.gguf
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from recipe import model_file, vocabulary
from recipe.llama import GreedyModel

_PROMPTS = (
    "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nHow do I make use of my graphics card?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\n怎么下载更大的模型？ It's 16 GB, isn't it?<|im_end|>\n<|im_start|>assistant\n",
)
_TOLERANCE = 0.05
"""Both read the same 16-bit weights but round in other places; the logits lie between -10 and 20."""


@dataclass(frozen=True)
class Difference:
    """What differs for one prompt."""

    tokens_equal: bool
    largest_logit_difference: float
    same_choice: bool

    @property
    def is_good(self) -> bool:
        return self.tokens_equal and self.same_choice and self.largest_logit_difference < _TOLERANCE


def compare(path: Path) -> list[Difference]:
    """Compare both on a few prompts."""
    network = model_file.read(path).eval()
    tokenizer = vocabulary.read_from_gguf(path)
    differences = []
    with GreedyModel(path) as model, torch.no_grad():
        for prompt in _PROMPTS:
            tokens = list(tokenizer.encode(prompt).ids)
            theirs = model.logits(tokens)
            ours = network(torch.tensor([tokens]))[0, -1].numpy()
            differences.append(
                Difference(
                    tokens_equal=tokens == model.tokenize(prompt),
                    largest_logit_difference=float(np.abs(theirs - ours).max()),
                    same_choice=bool(theirs.argmax() == ours.argmax()),
                )
            )
    return differences


def main() -> None:
    """Read the command line, compare, and exit with 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    differences = compare(parser.parse_args().model)
    for difference in differences:
        sys.stdout.write(f"{difference}\n")
    sys.exit(0 if all(difference.is_good for difference in differences) else 1)


if __name__ == "__main__":
    main()
