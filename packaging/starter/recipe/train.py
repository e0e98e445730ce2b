"""Trains the starter within a budget of CPU seconds: from nothing, or on from a model file of ours.

python -m recipe.train --out new-f16.gguf --dialogues streams/dialogues.bin --cpu-seconds 3000
python -m recipe.train --out new-f16.gguf --from starter-f16.gguf --cpu-seconds 1300
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from recipe import model_file, vocabulary
from recipe.batches import Batch, conversation_batches, dialogue_batches
from recipe.conversations import ConversationSource
from recipe.muon import Muon
from recipe.network import Network, Shape, weighted_loss
from recipe.subjects import read_phrases, read_subjects

_WARM_UP_STEPS = 40
_REPORT_EVERY = 10


@dataclass(frozen=True)
class Schedule:
    """How the learning rates and the share of foreign dialogues change over the budget (0 to 1)."""

    muon_rate: float
    adam_rate: float
    constant_until: float
    """After this share of the budget the rates fall linearly to nothing."""
    dialogue_share: float
    dialogue_share_late: float
    late_from: float

    def rate(self, step: int, spent: float) -> float:
        """Return the factor on both learning rates."""
        warm = min(1.0, (step + 1) / _WARM_UP_STEPS)
        return warm * min(1.0, max(0.01, (1 - spent) / (1 - self.constant_until)))

    def dialogues(self, spent: float) -> float:
        """Return the chance that a batch comes from the foreign dialogues."""
        return self.dialogue_share if spent < self.late_from else self.dialogue_share_late


FROM_NOTHING = Schedule(0.02, 4e-3, 0.6, 0.7, 0.15, 0.5)
"""What the first training used."""
FINE_TUNE = Schedule(0.008, 1.5e-3, 0.2, 0.1, 0.1, 0.0)


class Training:
    """One training run; the network is written to ``out`` every few minutes and at the end."""

    def __init__(self, network: Network, tokenizer: Tokenizer, schedule: Schedule, out: Path) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._schedule = schedule
        self._out = out
        self._muon = Muon(network.matrices())
        self._adam = torch.optim.AdamW(network.others(), lr=0, betas=(0.9, 0.97), weight_decay=0, fused=True)
        self._chance = random.Random(11)

    def run(self, conversations: Iterator[Batch], dialogues: Iterator[Batch] | None, cpu_seconds: float) -> None:
        """Train until the process has used so many CPU seconds in steps."""
        used, step, tokens, smooth = 0.0, 0, 0, float("nan")
        started = time.monotonic()
        while used < cpu_seconds:
            before = time.process_time()
            spent = used / cpu_seconds
            is_foreign = dialogues is not None and self._chance.random() < self._schedule.dialogues(spent)
            batch = next(dialogues) if is_foreign and dialogues is not None else next(conversations)
            loss = self._step(batch, self._schedule.rate(step, spent))
            used += time.process_time() - before
            step += 1
            tokens += batch.inputs.numel()
            if not is_foreign:
                smooth = loss if smooth != smooth else 0.97 * smooth + 0.03 * loss
            if step % _REPORT_EVERY == 0:
                _report(step, tokens, used, time.monotonic() - started, smooth)
            if step % (_REPORT_EVERY * 10) == 0:
                self._save()
        self._save()

    def _step(self, batch: Batch, rate: float) -> float:
        loss = weighted_loss(self._network, batch.inputs, batch.targets, batch.weights)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.others(), 1.0)
        for group in self._adam.param_groups:
            group["lr"] = self._schedule.adam_rate * rate
        self._adam.step()
        self._muon.step(self._schedule.muon_rate * rate)
        self._network.zero_grad()
        return float(loss.item())

    def _save(self) -> None:
        unfinished = self._out.with_suffix(".part")
        model_file.write(unfinished, self._network, self._tokenizer)
        unfinished.replace(self._out)


def _report(step: int, tokens: int, used: float, wall: float, loss: float) -> None:
    figures = {"step": step, "tokens": tokens, "cpu_s": round(used), "wall_s": round(wall), "loss": round(loss, 4)}
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="16-bit GGUF file to write")
    parser.add_argument("--from", dest="parent", type=Path, help="16-bit GGUF file to go on from")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json of streams.py (without --from)")
    parser.add_argument("--dialogues", type=Path, help="token stream of streams.py")
    parser.add_argument("--cpu-seconds", type=float, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.parent is None and (options.tokenizer is None or options.dialogues is None):
        parser.error("training from nothing needs --tokenizer and --dialogues")
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    if options.parent is None:
        network, schedule = Network(Shape()), FROM_NOTHING
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    else:
        network, schedule = model_file.read(options.parent), FINE_TUNE
        tokenizer = vocabulary.read_from_gguf(options.parent)
    source = ConversationSource(read_subjects(), read_phrases(), options.seed)
    encoder = vocabulary.ConversationEncoder(tokenizer)
    conversations = conversation_batches(source, encoder, network.shape.context, options.seed)
    dialogues = dialogue_batches(options.dialogues, options.seed) if options.dialogues else None
    Training(network, tokenizer, schedule, options.out).run(conversations, dialogues, options.cpu_seconds)


if __name__ == "__main__":
    main()
