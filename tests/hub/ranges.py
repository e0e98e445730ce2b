"""Answers a request for part of a file: RFC 9110 section 14, single ranges only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.hub.content import Content
from tests.hub.exchange import Answer, Request, text_answer, whole

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def asked_range(request: Request, size: int) -> tuple[int, int] | None:
    """Returns start and stop (exclusive) of a ``Range``; None when there is none, or none that is understood.

    An empty or inverted pair means that it lies outside.
    """
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return max(0, size - int(found[2])), size
    return int(found[1]), min(size, int(found[2]) + 1) if found[2] else size


def ranged(request: Request, content: Content, headers: Mapping[str, str]) -> Answer:
    """Returns 200 with everything, 206 with a part, or 416."""
    headers = {"Accept-Ranges": "bytes", **headers}
    asked = asked_range(request, content.size)
    condition = request.headers.get("if-range")
    if asked is None or (condition is not None and condition != headers.get("ETag")):
        return whole(content, headers)
    start, stop = asked
    if start >= stop:
        outside = {"Content-Range": f"bytes */{content.size}"}
        return text_answer(416, "The requested range is not satisfiable", "text/plain", outside)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    return Answer(206, headers, content, start, stop)
