"""Rules of standing (账面恒等式): sums of the books that must agree at every moment, beside each single entry's balance."""
