"""`python -m scripts.measure.bench`: measures how fast the system is."""

from .cli import main

raise SystemExit(main())
