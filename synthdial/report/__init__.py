"""The report of a study: one page of HTML for those who decide, with plots, examples and limits."""

from synthdial.report.facts import Facts, gather
from synthdial.report.render import render
from synthdial.report.write import write_report

__all__ = ["Facts", "gather", "render", "write_report"]
