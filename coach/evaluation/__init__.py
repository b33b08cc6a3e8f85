"""Grounding evals: cases, runs, metrics with intervals, checkers under test, the gate against a baseline, reports."""
