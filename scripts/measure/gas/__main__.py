"""`python -m scripts.measure.gas`: measures the gas of every step."""

from .cli import main

raise SystemExit(main())
