"""Tells a reply that is being written from one whose writer has ended: killed, or gone with the power."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from app.domain.messages import Message, MessageStatus

#: The start of a process is known to about a hundredth of a second, and the clock may have been set meanwhile.
CLOCK_TOLERANCE: Final = timedelta(seconds=2)


def is_interrupted(message: Message) -> bool:
    """Tells whether ``message`` is half written and nobody writes it any more.

    That is so when its writer is gone, or when the process with the writer's number started after the message was
    last saved and so is another one.
    """
    if message.status is not MessageStatus.STREAMING:
        return False
    if message.writer_pid is None:
        return True
    import psutil  # late: it would delay the first frame, and hardly any conversation needs it

    try:
        writer = psutil.Process(message.writer_pid)
        if writer.status() == psutil.STATUS_ZOMBIE:
            return True
        started = datetime.fromtimestamp(writer.create_time(), UTC)
    except psutil.NoSuchProcess:
        return True
    except psutil.AccessDenied:
        return False
    return started > message.updated_at + CLOCK_TOLERANCE
