"""`python -m assets.docs [FOLDER]`: writes the API documentation."""

import sys
import warnings
from pathlib import Path

from assets.docs.build import build_docs

if __name__ == "__main__":
    warnings.simplefilter("error")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/docs")
    build_docs(folder)
    sys.stdout.write(f"{folder / 'index.html'}\n")
