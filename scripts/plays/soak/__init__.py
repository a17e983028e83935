"""A long run of the whole system in which processes are killed and frozen all the time, checked at intervals."""
