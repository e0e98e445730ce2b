"""Every page as a person sees it, light, dark, in Chinese and at 200 %: the pictures are kept in ``build/acceptance``.

The ones of the README are chosen from them by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.program import Program

from app.domain.generation import Timings, Usage
from app.domain.messages import ReasoningPart, ReplyFacts, Role, TextPart
from app.paths import find
from app.storage.conversations import ConversationStore
from app.storage.database import Database

pytestmark = pytest.mark.acceptance

REPLY: Final = r"""Pruning takes weights away, quantization stores those that stay in **fewer bits**.

| | Size | Error |
|:--|--:|--:|
| F16 | 8.5 MB | – |
| Q4_K_M | 2.9 MB | 0.02 |

A weight $w$ becomes the nearest step of its block:

$$\hat w = d \cdot \operatorname{round}\left(\frac{w}{d}\right), \qquad d = \frac{\max_i |w_i|}{7}$$

- [x] measure the parent
- [ ] measure the child

```python
def quantize(block: np.ndarray) -> tuple[float, np.ndarray]:
    scale = np.abs(block).max() / 7
    return scale, np.round(block / scale).astype(np.int8)
```
"""


def fill(folder: Path) -> None:
    """Writes a few conversations, the last one with a reply that has a bit of everything."""
    paths = find(str(folder))
    database = Database.open(paths.database)
    store = ConversationStore(database)
    for title in ("A name for a boat", "周末去哪里玩", "Explain gravity to a child", "Quantize or prune?"):
        conversation = store.create(title, model="starter")
        asked = store.add_message(conversation.id, Role.USER, [TextPart(title)], parent_id=None)
        reasoning = ReasoningPart("Both make a model smaller; they differ in what they take.", 4.2)
        facts = ReplyFacts("starter", usage=Usage(24, 8, 220), timings=Timings(0.3, 0.11, 820.0, 96.5))
        parts = (reasoning, TextPart(REPLY))
        store.add_message(conversation.id, Role.ASSISTANT, parts, parent_id=asked.id, facts=facts)
    database.close()


@pytest.mark.parametrize(
    ("theme", "language", "zoom"),
    [
        ("light", "en_US.UTF-8", 1.0),
        ("dark", "en_US.UTF-8", 1.0),
        ("light", "zh_CN.UTF-8", 1.0),
        ("dark", "zh_CN.UTF-8", 1.0),
        ("light", "en_US.UTF-8", 2.0),
        ("dark", "zh_CN.UTF-8", 2.0),
    ],
)
def test_every_page(program: Program, theme: str, language: str, zoom: float) -> None:
    fill(program.data_folder)
    config = program.data_folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.json").write_text(json.dumps({"theme": theme, "zoom": zoom}), encoding="utf-8")
    program.language = language
    program.start()
    name = f"page-{theme}-{language[:2]}-{zoom * 100:.0f}"
    program.keep_picture(f"{name}-new")
    for page in ("models", "lighten", "settings"):
        reach(program, f"open-{page}")
        program.find(f"page-{page}")
        if page == "models" and zoom == 1.0:
            program.find("offer")
        program.keep_picture(f"{name}-{page}")
    reach(program, "conversation", "Quantize or prune?")
    program.find("block")
    program.key("ctrl+i")
    program.find("preset-picker")
    program.keep_picture(f"{name}-inspector")
    program.key("ctrl+i")
    program.wait_until_gone("preset-picker")
    program.keep_picture(f"{name}-conversation")


def reach(program: Program, object_name: str, name: str | None = None) -> None:
    """Presses something in the side pane, which is opened first where the window is too narrow for it."""
    if not program.all_of("open-settings"):
        program.key("ctrl+b")
    program.press(object_name, name)
