"""Mutation testing of contracts/: ``make mutants``. Are the tests able to see what they would have to see?

A mutant is a contract with one small fault in it: a check dropped, a `<` that became `<=`, an assignment that is
missing. It dies when a test fails. What survives is a fault that nobody would notice: a test is missing, or the two
programs are the same for everybody (equivalent), which `survivors/` says with the reason.

    operators.py  which faults, from the compiler's syntax tree
    sites.py      all mutants of a file; which files, how much is asked of them, by which tests
    compiler.py   the compiler, kept warm in one process
    scene.py      a private copy of contracts and tests, in which one artifact is exchanged for a mutant's
    runner.py     mutants one after the other, results stored as they come
    report.py     the table, the listed survivors, the verdict
    cli.py        what is typed
"""
