"""What people do on both sides: clerks write documents in the ERP, key holders call contracts. For plays and tests."""
