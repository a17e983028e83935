"""What a person runs, from the shell or the brownie console: deploy, operate, show, measure."""
