"""A permissioned network (联盟链网络) of several validators on this machine: built, started, disturbed, stopped.

`programs.py` says which nodes there are and `build.py` builds them; `edge.py` and `clique.py` are the two kinds; `home.py`
is what is kept in the folder of a network; `network.py` runs it; `cli.py` is what a person types.
"""
