"""Pages that read across rooms, and write nothing: the role-grab page (抢单页) and the cockpit of a group (链群看板)."""
