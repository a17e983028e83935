"""Which packages are installed: bridge, erp, and the folder scripts/ under the name `interlock`.

`scripts` as a top-level name would collide with other people's. In a checkout it is `python -m scripts.interlock`. What
needs a checkout to work (scripts/toolchain, scripts/measure) is not installed.
"""

from __future__ import annotations

from setuptools import find_packages, setup

FOLDER, NAME = "scripts", "interlock"
LEFT_OUT = [f"{FOLDER}.{room}{rest}" for room in ("toolchain", "measure") for rest in ("", ".*")]

found = find_packages(include=["bridge*", "erp*", f"{FOLDER}*"], exclude=LEFT_OUT)
setup(
    packages=[NAME + p.removeprefix(FOLDER) if p.startswith(FOLDER) else p for p in found],
    package_dir={NAME: FOLDER},
)
