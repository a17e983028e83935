"""What changed, told as it happens (`GET /events`): names of things and never what is in them."""
