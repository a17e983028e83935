"""The facts that contracts report: `base` says what an event is, `generated` has one class for each (`make artifacts`)."""
