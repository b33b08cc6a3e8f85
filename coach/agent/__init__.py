"""One answer, step by step: screen, retrieve, draft, check, mend, deliver."""
