"""The daemon that keeps contracts and ERP interlocked (数据互锁). See bridge/README.md for the ring."""
