"""Measures the inspector on examples that were labelled before its rules were written."""
