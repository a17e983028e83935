"""python -m scripts.gas"""

from scripts.gas.cli import main

raise SystemExit(main())
