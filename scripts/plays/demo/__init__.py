"""The demo: real purchase history played through the whole ring, and proved."""
