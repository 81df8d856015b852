"""Fuzzing of everything that reads what others wrote: real samples, damaged by Hypothesis, for a bounded time.

A reader returns a value or raises one of its own errors. Any other exception, or work without an end, is a finding.
`make fuzz` runs it for a minute, `test_fuzz.py` for some seconds.
"""
