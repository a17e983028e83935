"""Rights (权限): who may see and do what, by role, party and membership; and which duties are apart on one object."""
