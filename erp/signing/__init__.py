"""The signing mailbox (签署箱): acts that a person signs with a key of its own."""
