"""The ERP over HTTP: what people and devices do, and what they may read.

The files of this folder are the door: token, role, idempotency, problems, pages. The routes stand in `erp/api/routes`, one
file a room. Operations told by external events have no route.
"""
