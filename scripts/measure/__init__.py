"""What the system costs: time (bench) and gas (gas). Needs a checkout; is not installed."""
