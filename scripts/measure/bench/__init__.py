"""`make bench`: how fast the system is, each figure beside a floor measured in the same run on the same machine.

The floor is the same work without us: the bare node, or raw SQL that inserts the same rows. A ratio says how many times
the floor's time we take. Figures of different machines do not compare; ratios roughly do.

`figure.py` and `goals.py` are pure. `ring.py`, `demo.py`, `api.py`, `trial.py` and `growth.py` measure; the other files
are what they measure with.
"""
