"""Parts of the state machine of disasters (test_state_machine.py)."""
