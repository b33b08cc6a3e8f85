"""The words of the project as values: sources, statements, evidence, claims, answers, errors. No third party."""
