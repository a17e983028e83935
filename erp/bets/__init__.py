"""Bet contracts (对赌契约): terms that all approve, targets with stakes, penalties and shares."""
