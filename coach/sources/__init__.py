"""Reading principles, practices and notes from files, and numbering their statements."""
