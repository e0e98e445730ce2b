"""Where the recipe's own files lie, so that every step can be started from any folder."""

from __future__ import annotations

from pathlib import Path

RECIPE = Path(__file__).resolve().parent.parent
SUBJECTS = RECIPE / "subjects"
BORROWED_QUESTIONS = RECIPE / "borrowed_questions.json"
HELD_OUT_QUESTIONS = RECIPE / "held_out_questions.json"
HANDWRITTEN_QUESTIONS = RECIPE / "handwritten_questions.json"
PARENT = RECIPE / "starter-f16.gguf"
"""The 16-bit weights: parent of the shipped file, and the state that fine-tuning starts from."""
FIGURES = RECIPE / "figures.json"
"""What evaluate.py measured on the shipped file."""
FIRST_FIGURES = RECIPE / "first_training_figures.json"
"""The same of the file of the first training, judged by its own answers."""
SHIPPED = RECIPE.parent.parent / "assets" / "models" / "starter-Q4_K_M.gguf"
