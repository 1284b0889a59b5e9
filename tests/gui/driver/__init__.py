"""Drives the program's window from outside, as a person would."""
