"""The workbench (链群合约工作台): pages over the readers of the API, for people with a browser.

A page shows what the routes of `erp.api` answer to the same caller and nothing else: it calls their readers by the caller's
role. Everything that a page needs is served from here; nothing comes from another host.
"""
