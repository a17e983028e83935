"""A seeded random walk over all rooms: people act on the contracts and in the ERP, and the bridge walks the ring between."""
