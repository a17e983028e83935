"""The ring: five stages that meet only in tables, what makes a call again before it is signed, and what walks them."""
