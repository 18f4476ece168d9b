"""
Every engine beside its peers, in one process and in turn: ``coursereg bench peers``, or ``pytest tests/bench``.

A file ``works_*.py`` holds the works of one engine: a ``TITLE`` and a list ``WORKS`` of `bench.harness.Work`; if need
be also ``ABOUT``, a paragraph for the book, and ``LEFT_OUT``, why works are not there. A new engine adds a file.
Nothing here runs with the tests: times depend on the machine and on what else it does.
"""
