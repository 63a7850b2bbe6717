"""The regular expressions of XPath, matched in linear time.

Python's own engine goes back and forth and can take years for a text of forty characters; a server that runs
other people's patterns cannot use it. Here all ways through the pattern advance together, character by
character, so the work is at most the length of the text times the length of the pattern, and it is counted.
Back-references cannot be matched this way and are refused.
"""

from app.feel.pattern.machine import Match, Pattern, compile_pattern
from app.feel.pattern.syntax import PatternError

__all__ = ["Match", "Pattern", "PatternError", "compile_pattern"]
