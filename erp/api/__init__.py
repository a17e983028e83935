"""The ERP over HTTP: what people and devices do by hand.

What the settlement side says has no route here.
"""
