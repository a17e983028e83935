"""What an operator of any chain needs: accounts that sign, contracts deployed, seals, a folder of keys and settings."""
