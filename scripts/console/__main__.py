"""`python -m scripts.console`: opens the console."""

from .console import main

raise SystemExit(main())
