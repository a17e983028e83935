"""A short life of each noun, told by ERP and chain together: it makes each document that the bridge reads."""
