"""Text like that of real replies, the same at each run: prose in two languages, lists, code, tables."""

from __future__ import annotations

import random
from collections.abc import Iterator

_WORDS = (  # noqa: SIM905  (a text is easier to read than a list of words)
    "memory bandwidth limits the speed of a model because each token reads every weight once so a smaller file is a "
    "faster one and the processor waits for the next block while the cache holds what was read before"
).split()
_CHINESE = "每个词元都要读取一次全部权重，所以文件越小，速度越快；缓存里保存着之前读过的内容。"
_CODE = '''```python
@dataclass
class Sample:
    """One measured generation."""
    tokens: int = 0
    seconds: float = 0.0

    def rate(self) -> float:  # 每秒词元数
        return self.tokens / self.seconds if self.seconds else 0.0
```'''
_TABLE = "| model | size | tok/s |\n|---|--:|--:|\n| 1.5B | 1.0 GB | 38 |\n| 3B | 2.0 GB | 19 |"
_LIST = "1. Choose the **quantization** first.\n2. Then the `context length`.\n   - longer costs memory"


def _sentence(draw: random.Random) -> str:
    words = draw.choices(_WORDS, k=draw.randint(8, 18))
    words[draw.randrange(len(words))] = "*" + draw.choice(_WORDS) + "*"
    return " ".join(words).capitalize() + "."


def reply(seed: int, paragraphs: int = 4) -> str:
    """Returns one reply in Markdown."""
    draw = random.Random(seed)
    parts = [f"## Part {seed}"] if seed % 5 == 0 else []
    for number in range(paragraphs):
        parts.append(" ".join(_sentence(draw) for _ in range(draw.randint(2, 4))))
        if draw.random() < 0.4:
            parts.append((_CHINESE, _CODE, _TABLE, _LIST)[(seed + number) % 4])
    return "\n\n".join(parts) + "\n"


def question(seed: int) -> str:
    """Returns one message of a person."""
    return _sentence(random.Random(-seed - 1))


def tokens(seed: int, count: int) -> Iterator[str]:
    """Gives ``count`` pieces of text of about four characters, as a model would."""
    draw = random.Random(seed)
    text, number = "", seed
    for _ in range(count):
        if len(text) < 8:
            text += reply(number, 6) + "\n"
            number += 1
        length = draw.randint(1, 7)
        yield text[:length]
        text = text[length:]
