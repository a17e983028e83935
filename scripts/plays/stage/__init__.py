"""The stage of a play: a folder, a chain, the bridge's daemon in a process of its own, and what people do on both sides."""
