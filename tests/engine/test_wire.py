"""What goes into a pipe comes out the same; what is none of the known values is refused."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorReport
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
    TextDelta,
    Timings,
    Usage,
)
from app.engine import wire

TEXT = st.text(st.characters())
SECONDS = st.floats(0, 1e6)
SAMPLING = st.builds(SamplingParameters, temperature=SECONDS, seed=st.none() | st.integers(0, 2**32))
VALUES = st.one_of(
    st.builds(
        wire.Generate,
        st.builds(
            GenerationRequest,
            TEXT,
            st.lists(st.builds(PromptMessage, TEXT, TEXT)).map(tuple),
            SAMPLING,
            st.none() | st.integers(),
            st.lists(TEXT).map(tuple),
            st.booleans(),
        ),
    ),
    st.builds(TextDelta, TEXT, TEXT),
    st.builds(
        Finished,
        TEXT,
        st.sampled_from(FinishReason),
        st.builds(Usage, st.integers(), st.integers(), st.integers()),
        st.builds(Timings, SECONDS, SECONDS, SECONDS, SECONDS),
        st.none() | st.builds(ErrorReport, TEXT, st.dictionaries(TEXT, TEXT)),
    ),
    st.builds(wire.LoadEnded, st.none() | st.builds(ErrorReport, TEXT, st.dictionaries(TEXT, TEXT))),
    st.builds(wire.Cancel, TEXT),
    st.builds(wire.Forget, TEXT),
    st.just(wire.Quit()),
)


@given(st.lists(VALUES))
def test_values_come_out_as_they_went_in(values: list[wire.Command | wire.Event]) -> None:
    stream = io.BytesIO(b"".join(map(wire.encode, values)))
    assert [wire.read_from(stream) for _ in values] == values
    assert wire.read_from(stream) is None


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"[]\n",
        b"[1, 2]\n",
        b'["Quit"]\n',
        b'["Popen", {}]\n',
        b'["TextDelta", {"id": "a"}]\n',
        b'["TextDelta", {"id": "a", "text": 1}]\n',
        b'["TextDelta", {"id": "a", "text": "b", "more": 1}]\n',
        b'["LoadProgress", {"fraction": true}]\n',
        b'["Finished", {"id": "a", "reason": "because"}]\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
    ],
)
def test_nonsense_is_refused(line: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        wire.read_from(io.BytesIO(line))


@given(st.binary())
def test_any_line_is_a_value_or_refused(data: bytes) -> None:
    try:
        value = wire.decode(data)
    except wire.ProtocolError:
        return
    assert wire.decode(wire.encode(value)) == value


def test_half_a_line_is_the_end() -> None:
    assert wire.read_from(io.BytesIO(wire.encode(wire.Quit())[:-1])) is None
