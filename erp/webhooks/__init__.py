"""Webhooks (网络钩子): what changed in the books is told to receivers of owners of tokens, signed, until it is taken."""
