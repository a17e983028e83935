"""Named scenarios of the domain, played on a real chain with the real bridge: `interlock scenario play NAME`."""
