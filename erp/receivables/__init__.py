"""Claims on buyers (应收账款) that suppliers hold, split, sell and are paid."""
