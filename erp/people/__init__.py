"""People (人员): who they are, which parties employ them, and for which duties (职责)."""
