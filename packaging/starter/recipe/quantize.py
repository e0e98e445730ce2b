"""Makes the 4-bit file of a 16-bit one through llama.cpp's own quantizer.

python -m recipe.quantize starter-f16.gguf ../../assets/models/starter-Q4_K_M.gguf
"""

from __future__ import annotations

import argparse
import ctypes
from pathlib import Path

import llama_cpp.llama_cpp as llama_cpp

from recipe.llama import LoadError


def quantize(source: Path, target: Path, threads: int = 1) -> None:
    """Write ``target`` as Q4_K_M; raises LoadError when llama.cpp refuses."""
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    parameters.nthread = threads
    code = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(parameters))
    if code:
        raise LoadError(f"llama_model_quantize returned {code}")


def main() -> None:
    """Read the command line and quantize."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    quantize(options.source, options.target)


if __name__ == "__main__":
    main()
