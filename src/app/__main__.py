"""Where the command `skald` begins: with one of the child processes, or with the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the program and returns its exit code."""
    if sys.argv[1:2] == ["--engine-host"]:
        from app.engine import host

        host.main()
    if sys.argv[1:2] == ["--attachment-host"]:
        from app.attachments import host as attachment_host

        attachment_host.main()
        return 0
    if sys.argv[1:2] == ["--engine-devices"]:
        from app.engine import devices

        devices.main()
        return 0
    try:
        from app.cli.program import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while the program is not even imported
        return 130


if __name__ == "__main__":
    sys.exit(main())
