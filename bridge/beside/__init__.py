"""Work that needs no database, done in a process of its own while the daemon books: reading ahead, and commitments.

What comes of it is only ever sooner: whatever goes wrong there, the daemon does that work itself.
"""
