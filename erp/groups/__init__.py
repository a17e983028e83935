"""Chain groups (链群): their roles, stakes, budgets, earnings, and what is said of them."""
