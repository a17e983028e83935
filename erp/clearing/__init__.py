"""What rooms clear against each other by themselves: tokens that moved outside of any contract, and what they were for."""
