"""Bet contracts (对赌契约): targets with stakes, penalties and shares."""
