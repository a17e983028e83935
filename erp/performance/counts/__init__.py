"""How each metric is counted: documents and what is asked in, one whole number out; None where there is nothing to count."""
