"""
What `book/build.py` does, one step per file: `scripts`, `units`, `api`, `answers`, at last `inspection`.

Nothing here is part of the package: the book can use coursereg, coursereg never uses the book.
"""
