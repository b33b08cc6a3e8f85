"""Whether answers are grounded: claims, citations, rule checks, checkers, verdicts and mending.

`gate.check_sentences` gives the sentences of a draft their verdicts, `mend.mend` repairs what is not supported, and
`match.check_text` finds the statements for a text that cites none.
"""
