"""`python -m scripts.devchain`: runs a development chain until Ctrl-C."""

from .devchain import main

raise SystemExit(main())
