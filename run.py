"""Sets Skald up in this folder and starts it: `python3 run.py`, `python3 run.py test`, `python3 run.py chat -p Hello`.

This file stays readable to old Pythons, so that they can say which Python is needed; the work is in `setup_skald/`.
"""

import sys

OLDEST = (3, 11)
NEWEST = (3, 14)


def refusal(version: "tuple[int, ...]") -> str:
    """Returns the sentence that says why this Python cannot be used, or an empty text."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    return (
        "run.py: Skald needs Python {}.{} to {}.{}, this is {}.{}. "
        "Install one of those and start it by name, for example `python3.13 run.py`."
    ).format(*OLDEST, *NEWEST, *version[:2])


def main() -> int:
    """Runs what the arguments ask for and returns the exit code."""
    sentence = refusal(sys.version_info[:2])
    if sentence:
        sys.stderr.write(sentence + "\n")
        return 1
    from setup_skald.start import start

    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
