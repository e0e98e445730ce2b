"""llama.cpp as a folder of portable libraries, from the hash-pinned source that `run.py` builds from too.

`back_ends` says what is asked of CMake and of the machine for each back end, `sources` brings the source, `build`
makes the folder and `check` proves that it loads. Packages of the program take the folder as it is.
"""
