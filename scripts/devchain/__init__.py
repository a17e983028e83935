"""Development chains on this machine, and the child processes of ours that end with us."""
