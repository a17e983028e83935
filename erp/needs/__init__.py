"""Needs (用户需求), and the groups that are proposed for them (举单申请): before anything stands on chain."""
