"""``python -m scripts.toolchain.mutants``."""

from .cli import main

raise SystemExit(main())
